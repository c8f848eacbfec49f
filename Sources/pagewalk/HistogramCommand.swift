public import ArgumentParser
public import Importing
import Replaying
import Traces

/// `pagewalk histogram`: counts by page what is no trace.
struct HistogramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "histogram",
    abstract: "Counts by page what samples of perf mem, or KVM's events, tell: they are no traces.",
    discussion: """
      Reads what perf script prints of perf mem record, with the fields addr and data_src: of each page its samples, \
      loads, stores, and the data TLB's hits and misses. Reads events of KVM (kvm:*, kvmmmu:*) as the kernel's trace \
      file, trace-cmd report or perf script print them: of each real page its second-stage faults, and how the real map \
      table's entries changed. Inputs packed by gzip, xz, zstd or bzip2 are unpacked. Writes CSV with totals in comments.
      """)

  @Argument(help: "The file to read, or - for standard input.") var input: String

  @Option(name: .output, help: "The CSV file to write, or - for standard output.")
  var output = "-"

  @Option(help: "What the input is: perf-mem or kvm; by its content when not named.")
  var format: HistogramFormat?

  @Option(help: "The size of the pages to tell apart: a power of two from 4K to 1T.")
  var page = "4K"

  func validate() throws {
    guard Granule(name: page) != nil else {
      throw ValidationError("--page takes powers of two from 4K to 1T, and not '\(page)'")
    }
  }

  func run() throws {
    try CommandFailure.reporting {
      guard let granule = Granule(name: page) else { return }
      let source = try ByteInput.open(input)
      let format = try format ?? HistogramFormat(recognising: source)
      let histogram = try PageHistogram(source, format: format, pageShift: Int(granule.shift))
      let file = try OutputFile(output, from: [input])
      try FileSink(fileDescriptor: file.fileDescriptor, name: file.name).write(histogram.csv)
      try file.commit()
    }
  }
}

extension HistogramFormat: ExpressibleByArgument {}

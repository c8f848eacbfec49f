/// Texts that tell of single pages and are no traces of accesses; the raw value is the name on the command line.
public enum HistogramFormat: String, CaseIterable, Sendable {
  /// Output of `perf script` for samples of `perf mem record`.
  case perfMem = "perf-mem"
  /// Events of KVM's second stage, as the kernel's `trace` file, `trace-cmd report` or `perf script` print them.
  case kvm

  var counter: any PageCounter.Type {
    switch self {
    case .perfMem: PerfMemCounter.self
    case .kvm: KVMEventCounter.self
    }
  }

  /// What it holds, for messages.
  var contents: String { counter.contents }

  /// The format of an input that starts with these bytes, by any of its whole lines; nil where it is none of them.
  init?(recognising start: [UInt8]) {
    if start.contains(0) { return nil }
    var lower = 0
    while let end = start[lower...].firstIndex(of: 0x0a) {
      let line = lower..<end
      if let format = Self.allCases.first(where: { $0.counter.recognises(line, start) }) {
        self = format
        return
      }
      lower = end + 1
    }
    return nil
  }

  /// The format of an input, by its content; the input is not consumed.
  public init(recognising input: ByteInput) throws(ImportError) {
    let start = try input.peek(ImportFormat.sniffed)
    if start.isEmpty { throw .empty(file: input.name) }
    guard let format = HistogramFormat(recognising: start) else { throw .noHistogram(file: input.name) }
    self = format
  }

  /// The names, for messages.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

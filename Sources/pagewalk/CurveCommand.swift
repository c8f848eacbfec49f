import Addressing
import ArgumentParser
import Replaying
import TranslationCaches

/// `curve`: the misses of LRU TLBs of every size, in one pass over a trace.
struct CurveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Count the misses of LRU TLBs of every size, for several page sizes, in one pass.",
    discussion: """
      Fully associative TLBs of 1 to 65,536 entries and, with --sets, TLBs of so many sets and every number of ways. \
      Every address is taken to lie on a page of the size in question, and events are passed over: nothing is \
      unmapped or flushed, and virtual processors have one TLB together. Counts are exact unless --sample is given.
      """)

  private static let defaultPages = ["4K", "16K", "64K", "2M", "1G"]

  @Argument(help: "The trace; - is standard input.")
  var trace: String

  @Option(
    help:
      "Page sizes, separated by commas: powers of two from 4K to 1T; by default \(defaultPages.joined(separator: ",")).",
    transform: CommaList.init(parsing:))
  var page = CommaList(defaultPages)

  @Option(help: "Numbers of sets, separated by commas.", transform: CommaList.init(parsing:))
  var sets = CommaList([])

  @Option(help: "The most ways for --sets.")
  var waysUpTo = 16

  @Option(
    help: "Whose lookups, separated by commas: data, instructions, or both in one TLB; by default both.",
    transform: CommaList.init(parsing:))
  var stream = CommaList([CurveStream.both.rawValue])

  @Option(
    help: ArgumentHelp(
      "Estimate from \(SampledStackDistances.sampleCount) samples of the pages, each of this share, and state the error.",
      valueName: "share"), transform: share)
  var sample: Double?

  @Option(
    help: ArgumentHelp(
      "Also tell the fewest entries with which at most this share of the lookups misses.", valueName: "share"),
    transform: targetShare)
  var target: Double?

  @Option(help: "Pass over this many accesses at the start.", transform: AccessCount.parse)
  var skip: UInt64 = 0

  @Option(help: "Read this many accesses.", transform: AccessCount.parse)
  var limit: UInt64?

  @Option(
    help: "Read this many accesses before counting: a number, or a percentage as 30%.",
    transform: WarmupArgument.init(parsing:))
  var warmup: WarmupArgument?

  @Option(help: "Write the curves as CSV to this file, or to standard output for -.")
  var csv: String?

  @Flag(help: "Write a row of CSV for every size, also where its misses are those of the size before.")
  var everySize = false

  @OptionGroup var jobs: JobsOption

  func validate() throws {
    _ = try request()
    if limit == 0 { throw ValidationError("--limit must be at least 1") }
    if let target, !(0...1).contains(target) {
      throw ValidationError("--target must be from 0 to 1, or 100%")
    }
    if target != nil && csv == "-" {
      throw ValidationError("--target is of the table: name a file for --csv")
    }
    if everySize && csv == nil { throw ValidationError("--every-size is of --csv: name a file") }
  }

  func run() throws {
    let trace = try ReplayTrace(trace)
    let file = try OutputFile(csv ?? "-", from: [self.trace])
    let table = csv == nil || csv == "-" ? nil : try OutputFile("-")
    let progress = ProgressLine(name: trace.name)
    let request = try request()
    let result: CurveResult
    do throws(CurveError) {
      var pass = try CurvePass(trace.input, request, options)
      result = try pass.run { accesses, share in progress.show(accesses, share) }
      progress.finish()
      StandardError.printRemarks(warmup?.remarks(counted: result.counts.accesses) ?? [])
    } catch {
      progress.finish()
      throw CommandFailure(error)
    }
    if csv != nil {
      try file.write(CurveCSV(result, of: trace.identity, everySize: everySize).text)
      try file.commit()
    }
    if csv != "-" { try (table ?? file).write(CurveTable(result, of: trace.name, target: target).text) }
  }

  private var options: ReplayOptions {
    var options = ReplayOptions()
    options.skip = skip
    options.limit = limit
    options.warmup = warmup?.value ?? .accesses(0)
    options.jobs = jobs.count
    return options
  }
}

// What is asked for, checked.
extension CurveCommand {
  private func request() throws -> CurveRequest {
    var request = CurveRequest(
      streams: try stream.values.map(Self.stream), granules: try page.values.map(Self.granule))
    guard Set(request.granules).count == request.granules.count else {
      throw ValidationError("--page names a size twice")
    }
    guard (1...Geometry.maximumEntries).contains(waysUpTo) else {
      throw ValidationError("--ways-up-to must be from 1 to \(Geometry.maximumEntries)")
    }
    request.ways = waysUpTo
    request.sets = try sets.values.map(numberOfSets)
    guard let sample else { return request }
    let rates = SampledStackDistances.rates
    guard rates.contains(sample) else {
      throw ValidationError("--sample must be above 0 and at most \(rates.upperBound)")
    }
    guard request.sets.isEmpty else {
      throw ValidationError("--sample is of fully associative TLBs: leave out --sets or --sample")
    }
    request.sampleRate = sample
    return request
  }

  private static func share(_ text: String) throws -> Double {
    guard let share = Double(text) else { throw ValidationError("write a share of 1, as 0.05") }
    return share
  }

  private static func targetShare(_ text: String) throws -> Double {
    let number = text.hasSuffix("%") ? text.dropLast() : text[...]
    guard let share = Double(number) else { throw ValidationError("write a share as 1%, or of 1 as 0.01") }
    return text.hasSuffix("%") ? share / 100 : share
  }

  private static func stream(_ name: String) throws -> CurveStream {
    guard let stream = CurveStream(rawValue: name) else {
      let known = CurveStream.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--stream knows \(known), and not '\(name)'")
    }
    return stream
  }

  private static func granule(_ name: String) throws -> Granule {
    guard let granule = Granule(name: name) else {
      throw ValidationError("--page takes powers of two from 4K to 1T, and not '\(name)'")
    }
    return granule
  }

  private func numberOfSets(_ text: String) throws -> Int {
    let most = Geometry.maximumEntries / waysUpTo
    guard let sets = Int(text), sets >= 2, sets <= most else {
      throw ValidationError("--sets takes numbers from 2 to \(most) with that many ways, and not '\(text)'")
    }
    return sets
  }
}

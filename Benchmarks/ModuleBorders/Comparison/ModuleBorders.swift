import Addressing
import Glibc
import OtherModule
import OwnModule
import Traces

/// What the border of a module costs in the replay's inner loop: the same loop over the same page runs, compiled in
/// the module of the TLBs and outside of it. Status 1 where their times on all traces differ by over 10 %.
///
/// `module-borders TRACE...`
@main struct ModuleBorders {
  static let limit = 1.10
  static let repeats = 25

  static func main() throws {
    let paths = CommandLine.arguments.dropFirst()
    guard !paths.isEmpty else {
      print("usage: module-borders TRACE...")
      exit(2)
    }
    var (own, other) = (0.0, 0.0)
    for path in paths {
      let runs = try pageRuns(of: path)
      let times = try leastTimes(on: runs)
      own += times.own
      other += times.other
      print(line(path, times.own / Double(runs.count), times.other / Double(runs.count)))
    }
    let ratio = other / own
    print("least of \(repeats) in turns; together \(hundredths(ratio)), at most \(hundredths(limit))")
    if ratio > limit { exit(1) }
  }

  /// In turns, each from empty TLBs, so that a busy machine slows both alike.
  private static func leastTimes(on runs: [PageRun]) throws -> (own: Double, other: Double) {
    var (own, other) = (Double.infinity, Double.infinity)
    for _ in 0..<repeats {
      var ownLoop = try OwnModule.TLBLoop()
      var otherLoop = try OtherModule.TLBLoop()
      var (ownMisses, otherMisses) = (OwnModule.TLBLoop.Misses(), OtherModule.TLBLoop.Misses())
      own = min(own, seconds { ownLoop.replay(runs, &ownMisses) })
      other = min(other, seconds { otherLoop.replay(runs, &otherMisses) })
      precondition(
        ownMisses.first == otherMisses.first && ownMisses.second == otherMisses.second,
        "the loops count \(ownMisses) and \(otherMisses)")
    }
    return (own, other)
  }

  private static func line(_ path: String, _ own: Double, _ other: Double) -> String {
    "\(path): \(hundredths(own * 1e9)) ns a run in its own module, \(hundredths(other * 1e9)) from another, "
      + "ratio \(hundredths(other / own))"
  }

  private static func pageRuns(of path: String) throws -> [PageRun] {
    let reader = try TraceReader(path: path)
    let decoder = BlockDecoder()
    var (block, runs) = (RunBlock(), [PageRun]())
    while let encoded = try reader.nextBlock() {
      try decoder.decodeRuns(encoded, streams: .split(sets: 1), into: &block)
      runs += block.runs
    }
    return runs
  }

  /// The time of this thread on a processor.
  private static func seconds(_ body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func hundredths(_ number: Double) -> String {
    let hundred = Int((number * 100).rounded())
    return "\(hundred / 100).\(hundred % 100 < 10 ? "0" : "")\(hundred % 100)"
  }
}

import Addressing
import Glibc
import OtherModule
import OwnModule
import Traces

/// What the border of a module costs in the replay's inner loop: the same loop over the same page runs, compiled in
/// the module of the TLBs and outside of it. Status 1 where the least times differ by over 10 %.
///
/// `module-borders [TRACE [REPEAT]]`
@main struct ModuleBorders {
  static let limit = 1.10

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    let path = words.first ?? "traces/bfs.pwt"
    let repeats = words.dropFirst().first.flatMap { Int($0) } ?? 25
    let runs = try pageRuns(of: path)
    var (own, other) = (Double.infinity, Double.infinity)
    for _ in 0..<repeats {
      // In turns, each from empty TLBs, so that a busy machine slows both alike.
      var ownLoop = try OwnModule.TLBLoop()
      var otherLoop = try OtherModule.TLBLoop()
      var (ownMisses, otherMisses) = ((first: 0, second: 0), (first: 0, second: 0))
      own = min(own, seconds { ownMisses = ownLoop.replay(runs) })
      other = min(other, seconds { otherMisses = otherLoop.replay(runs) })
      precondition(ownMisses == otherMisses, "the loops count \(ownMisses) and \(otherMisses)")
    }
    let ratio = other / own
    print(
      """
      \(path): \(runs.count) page runs, least of \(repeats) in turns
      own module    \(hundredths(own / Double(runs.count) * 1e9)) ns a run
      other module  \(hundredths(other / Double(runs.count) * 1e9)) ns a run
      ratio         \(hundredths(ratio)), at most \(hundredths(limit))
      """)
    if ratio > limit { exit(1) }
  }

  private static func pageRuns(of path: String) throws -> [PageRun] {
    let reader = try TraceReader(path: path)
    let decoder = BlockDecoder()
    var (block, runs) = (RunBlock(), [PageRun]())
    while let encoded = try reader.nextBlock() {
      try decoder.decodeRuns(encoded, streams: .split, into: &block)
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

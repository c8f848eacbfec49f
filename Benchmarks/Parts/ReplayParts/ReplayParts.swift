import Addressing
import Glibc
import Machines
import OtherModule
import Replaying
import Strategies
import Traces

/// What the parts of one replay take, each by itself, as words `name=value` in seconds of CPU time.
///
/// `replay-parts TRACE [REPEAT]`
///
/// - `loop_seconds`: page runs in memory, as a replay of such TLBs takes them, through ``TLBLoop``, whose misses are
///   printed besides.
/// - `inflate_seconds`: reading the file, checking and inflating what a replay needs of it.
/// - `decode_seconds`: the same, and decoding to page runs.
/// - `replay_seconds`: file to counters, nested, by the replayer; less `decode_seconds` it is what the replay takes of
///   blocks that lie decoded in memory.
@main struct ReplayParts {
  static func main() throws {
    let arguments = CommandLine.arguments
    let repeats = arguments.count > 2 ? Int(arguments[2]) : 5
    guard arguments.count > 1, let repeats, repeats > 0 else {
      print("usage: replay-parts TRACE [REPEAT]")
      exit(2)
    }
    let path = arguments[1]
    let records = try TraceSegment.list(path: path).reduce(0) { $0 + $1.summary.records }
    let blocks = try runs(of: path)
    var misses = TLBLoop.Misses()
    let loop = try least(repeats) {
      var loop = try TLBLoop()
      misses = TLBLoop.Misses()
      return seconds { for runs in blocks { loop.replay(runs, &misses) } }
    }
    let inflating = try least(repeats) { try seconds { try inflate(path) } }
    let decoding = try least(repeats) { try seconds { try decode(path) { _ in } } }
    let replaying = try least(repeats) { try seconds { try replay(path, records) } }
    print(
      "records=\(records) runs=\(blocks.reduce(0) { $0 + $1.count }) l1d_misses=\(misses.data) l1i_misses=\(misses.instructions)",
      "l2_misses=\(misses.second) loop_seconds=\(loop) inflate_seconds=\(inflating) decode_seconds=\(decoding)",
      "replay_seconds=\(replaying)")
  }

  private static func runs(of path: String) throws -> [[PageRun]] {
    var blocks: [[PageRun]] = []
    try decode(path) { blocks.append($0.runs) }
    return blocks
  }

  /// As a replay decodes for these TLBs: both first levels have 16 sets, and lookups of the page that a set saw last are
  /// left out.
  private static func decode(_ path: String, _ body: (RunBlock) -> Void) throws {
    let (reader, decoder) = (try TraceReader(path: path), BlockDecoder())
    var block = RunBlock()
    while let encoded = try reader.nextBlock() {
      try decoder.decodeRuns(encoded, streams: .split(sets: 16), into: &block)
      body(block)
    }
  }

  private static func inflate(_ path: String) throws {
    let (reader, decoder) = (try TraceReader(path: path), BlockDecoder())
    while let encoded = try reader.nextBlock() { _ = try decoder.inflate(encoded) }
  }

  private static func replay(_ path: String, _ records: UInt64) throws {
    guard let nested = StrategyRegistry.all.first(where: { $0.name == "nested" }) else {
      preconditionFailure("there is a strategy of this name")
    }
    let lane = LaneSpecification(machine: try MachineDescription().machine(), strategy: nested)
    let input = TraceInput(name: path, reader: try TraceReader(path: path), recordCount: records)
    var options = ReplayOptions()
    options.merging = .ofSets
    var replayer = try Replayer([input], [lane], options)
    _ = try replayer.replay()
  }

  private static func least(_ repeats: Int, _ body: () throws -> Double) rethrows -> Double {
    var least = Double.infinity
    for _ in 0..<repeats { least = min(least, try body()) }
    return least
  }

  /// The time of this thread on a processor.
  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

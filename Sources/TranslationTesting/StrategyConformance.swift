import Addressing
import Machines
public import Replaying
import Strategies
import Traces

/// Replays a seeded workload on a strategy through the production replayer, watched by the reference translator.
///
/// Whoever adds a strategy gets this suite by its line in the registry.
public enum StrategyConformance {
  /// The trace of a seeded workload, written by the production writer.
  public static func trace(
    machines: Int = 3, processes: Int = 3, accesses: Int, eventSpacing: UInt64 = 90, seed: UInt64
  ) throws -> [UInt8] {
    var workload = SeededWorkload(
      machines: machines, processes: processes, eventSpacing: eventSpacing, seed: seed)
    let sink = MemorySink()
    let writer = try TraceWriter(to: sink, header: TraceHeader(recorder: "seeded workload"))
    var written = 0
    while written < accesses {
      switch workload.next() {
      case .access(let access, let owner):
        writer.select(owner)
        try writer.append(access)
        written += 1
      case .event(let event, let owner):
        writer.select(owner)
        try writer.append(event)
      }
    }
    _ = try writer.finish()
    return sink.bytes
  }

  /// Replays a trace on one lane before the reference.
  public static func check(
    _ trace: [UInt8], _ specification: LaneSpecification, options: ReplayOptions = ReplayOptions()
  ) throws -> (observer: ReferenceObserver, results: [ReplayResult]) {
    try check(
      TraceInput(name: "seeded workload", reader: try TraceReader(MemorySource(trace)), recordCount: nil),
      specification, options: options)
  }

  /// Replays any trace on one lane before the reference.
  public static func check(
    _ input: TraceInput, _ specification: LaneSpecification, options: ReplayOptions = ReplayOptions()
  ) throws -> (observer: ReferenceObserver, results: [ReplayResult]) {
    let isNative = specification.strategy.name == NativeTranslation.name
    let observer = ReferenceObserver(levels: specification.machine.guest.levels, isNative: isNative)
    var replayer = try Replayer([input], [specification], options, observers: [observer])
    let results = try replayer.replay()
    return (replayer.observers[0] as? ReferenceObserver ?? observer, results)
  }
}

import Addressing
import Machines
import Replaying
import TranslationCaches

/// What a replay is expected to take: good enough to cut a sweep into equal shares, and to say whether it takes minutes
/// or days. Its numbers are estimates [E] from the bundled traces: a lane took 3 to 20 ns an access and 0.4 to 0.6 MiB,
/// decoding with the guest stage 20 ns an access and 36 MiB.
public struct Estimate: Hashable, Sendable {
  /// On one core. In seconds.
  public private(set) var seconds = 0.0
  /// While it is replayed. In bytes.
  public private(set) var bytes: UInt64 = 0

  public init() {}

  /// That of a point's lane.
  public init(of point: Point) {
    let machine = point.specification.machine
    // Pages touched grow with accesses, and real memory bounds them.
    let tables = min(point.accesses / 8, machine.vm.memory.bytes / 64)
    let rows = point.options.interval.map { point.accesses / $0 } ?? 0
    seconds = 0.01 + Double(point.accesses) * 12e-9
    bytes = (1 << 20) + tables + rows * 1024 + 64 * Self.entries(of: machine)
  }

  /// That of points which share one decode.
  public init(of batch: Batch) {
    self = Self.decode(of: batch.points[0])
    for point in batch.points { self += Estimate(of: point) }
  }

  /// What a batch takes besides its lanes.
  static func decode(of point: Point) -> Estimate {
    var estimate = Estimate()
    estimate.seconds = Double(point.accesses) * 20e-9
    estimate.bytes = 48 << 20
    return estimate
  }

  public static func += (total: inout Estimate, other: Estimate) {
    total.seconds += other.seconds
    total.bytes += other.bytes
  }

  private static func entries(of machine: Machine) -> UInt64 {
    let caches =
      PageSize.allCases.flatMap { [machine.l1d[$0], machine.l1i[$0]] }
      + [machine.l2.page4K2M, machine.l2.page1G, machine.nestedTLB]
      + (2...5).flatMap { [machine.guestWalkCaches[$0], machine.hostWalkCaches[$0]] }
    return UInt64(caches.reduce(0) { $0 + ($1?.entries ?? 0) })
  }
}

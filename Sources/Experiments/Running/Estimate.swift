import Addressing
import Machines
import Replaying
import TranslationCaches

/// What a replay is expected to take: good enough to bound memory, to cut a sweep into equal shares, and to say whether
/// it takes minutes or days. Its numbers are estimates [E] from the bundled traces: decoding with the guest stage took
/// 6 ns an access, a first level 3 ns, what lies behind it 1 to 12 ns, more on traces with many misses; memory came to
/// 43 to 89 MiB, and for each point to 210 KiB with its row, 18 bytes an entry of a cache, and for each page of the
/// footprint 12 bytes of tables and 16 in a dictionary that is at most three quarters full.
public struct Estimate: Hashable, Sendable {
  /// On one core. In seconds.
  public private(set) var seconds = 0.0
  /// While it is replayed. In bytes.
  public private(set) var bytes: UInt64 = 0

  public init() {}

  /// That of a point behind the first level of its TLBs.
  public init(of point: Point) {
    let machine = point.specification.machine
    let pages = min(point.trace.pages, point.accesses, machine.vm.memory.bytes / 4096)
    let places = UInt64(1) << UInt64(64 - (pages * 4 / 3).leadingZeroBitCount)
    let rows = point.options.interval.map { point.accesses / $0 } ?? 0
    seconds = 0.004 + Double(point.accesses) * 4e-9
    bytes = (210 << 10) + pages * 12 + places * 16 + rows * 1024 + 18 * Self.entries(of: machine)
  }

  /// That of points which share one decode.
  public init(of batch: Batch) {
    self = Self.decode(of: batch.points[0])
    for _ in 0..<batch.firstLevels { self += Self.firstLevel(of: batch.points[0]) }
    for point in batch.points { self += Estimate(of: point) }
  }

  /// What a first level of TLBs takes that a point needs.
  static func firstLevel(of point: Point) -> Estimate {
    var estimate = Estimate()
    estimate.seconds = Double(point.accesses) * 3e-9
    return estimate
  }

  /// What a batch takes besides its first levels and points.
  static func decode(of point: Point) -> Estimate {
    var estimate = Estimate()
    estimate.seconds = Double(point.accesses) * 6e-9
    estimate.bytes = 64 << 20
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

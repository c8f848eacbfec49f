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

  /// What a point adds to a batch.
  ///
  /// - Parameter neighbour: The point before it, with which it may share a first level or a lane.
  init(of point: Point, besides neighbour: Point?) {
    let machine = point.specification.machine
    let rows = point.options.interval.map { point.accesses / $0 } ?? 0
    seconds = 0.001 + Double(point.accesses) * 1e-9
    bytes = (24 << 10) + rows * 1024 + 18 * Self.entries(of: machine)
    guard let lane = point.laneKey, let neighbour, lane == neighbour.laneKey
    else {
      let pages = min(point.trace.pages, point.accesses, machine.vm.memory.bytes / 4096)
      let places = UInt64(1) << UInt64(64 - (pages * 4 / 3).leadingZeroBitCount)
      bytes += (210 << 10) + pages * 12 + places * 16
      seconds += Double(point.accesses) * 1e-9
      if point.firstLevelKey == nil || point.firstLevelKey != neighbour?.firstLevelKey {
        seconds += Double(point.accesses) * 3e-9
      }
      return
    }
  }

  /// That of points which share one decode.
  public init(of batch: Batch) {
    seconds = Double(batch.points[0].accesses) * 6e-9
    bytes = 64 << 20
    var neighbour: Point?
    for point in batch.points {
      self += Estimate(of: point, besides: neighbour)
      neighbour = point
    }
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

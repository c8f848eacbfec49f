import Addressing
import Machines
import Replaying
import TranslationCaches

/// What a replay is expected to take: good enough to bound memory, to cut a sweep into equal shares, and to say whether
/// it takes minutes or days. Its numbers are estimates [E] from the bundled traces: decoding with the guest stage took
/// 6 ns an access, a first level 3 ns, what lies behind it 0.1 to 1 ns a point, most on traces with many misses. Memory
/// of several workers came to 42 MiB, of which 16 are blocks on their way, and 8 KiB for each planned point; besides for
/// each point of the batch to 12 KiB with its row, for each second level to 110 KiB and 18 bytes an entry, and for each lane to 350 KiB and, for each page of the
/// footprint and each of the two tables, 12 bytes and 16 in a dictionary that is at most three quarters full.
public struct Estimate: Hashable, Sendable {
  /// On one core. In seconds.
  public private(set) var seconds = 0.0
  /// While it is replayed. In bytes.
  public private(set) var bytes: UInt64 = 0

  public init() {}

  /// What a point adds to a batch.
  ///
  /// - Parameter neighbour: The point before it, with which it may share a first level, a lane or a second level.
  init(of point: Point, besides neighbour: Point?) {
    let machine = point.specification.machine
    let rows = point.options.interval.map { point.accesses / $0 } ?? 0
    seconds = 0.0005 + Double(point.accesses) * 0.5e-9
    bytes = (12 << 10) + rows * 1024
    let sharesLane = point.laneKey != nil && point.laneKey == neighbour?.laneKey
    if !sharesLane || machine.l2 != neighbour?.specification.machine.l2 {
      bytes += (110 << 10) + 18 * Self.entries(of: machine)
      seconds += Double(point.accesses) * 1e-9
    }
    if !sharesLane {
      let pages = min(point.trace.pages, point.accesses, machine.vm.memory.bytes / 4096)
      let places = UInt64(1) << UInt64(64 - (pages * 4 / 3).leadingZeroBitCount)
      bytes += (350 << 10) + 2 * (pages * 12 + places * 16)
      seconds += Double(point.accesses) * 1e-9
    }
    if point.firstLevelKey == nil || point.firstLevelKey != neighbour?.firstLevelKey {
      seconds += Double(point.accesses) * 3e-9
    }
  }

  /// That of points which share one decode.
  public init(of batch: Batch) {
    seconds = Double(batch.points[0].accesses) * 6e-9
    bytes = (42 << 20) + UInt64(batch.planned) * (8 << 10)
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

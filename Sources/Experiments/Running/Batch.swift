import Machines
public import Replaying

/// Points that are replayed together, in one decode of their trace; never empty.
public struct Batch: Sendable {
  public private(set) var points: [Point]
  /// The points of all batches, which stay in memory.
  let planned: Int

  init(_ point: Point, planned: Int) {
    points = [point]
    self.planned = planned
  }

  public var trace: TraceFacts { points[0].trace }

  public var options: ReplayOptions { points[0].options }

  /// The lanes, in the order of the points.
  public var specifications: [LaneSpecification] { points.map(\.specification) }

  mutating func append(_ point: Point) { points.append(point) }
}

extension Batch {
  /// How large batches may grow. A batch has at least one point, whatever the limits.
  public struct Limits: Hashable, Sendable {
    /// Memory of all lanes together. In bytes.
    public var memory: UInt64
    /// Work of one batch, which is lost if it is interrupted. In seconds of one core.
    public var seconds: Double

    public init(memory: UInt64, seconds: Double) {
      self.memory = memory
      self.seconds = seconds
    }
  }

  /// Puts points into batches of one trace and one window, those that share a guest, first-level TLBs or a lane side
  /// by side.
  public static func batches(of points: [Point], within limits: Limits) -> [Batch] {
    var batches: [Batch] = []
    var total = Estimate()
    for point in inOrderOfSharing(points) {
      let estimate = Estimate(of: point, besides: batches.last?.points.last)
      let fits =
        total.bytes + estimate.bytes <= limits.memory && total.seconds + estimate.seconds <= limits.seconds
      if fits, let last = batches.last, last.trace == point.trace, last.options == point.options {
        batches[batches.count - 1].append(point)
        total += estimate
      } else {
        batches.append(Batch(point, planned: points.count))
        total = Estimate(of: batches[batches.count - 1])
      }
    }
    return batches
  }

  /// Points by trace, window, guest, first level, lane and second level, each in the order of its first appearance.
  static func inOrderOfSharing(_ points: [Point]) -> [Point] {
    struct Window: Hashable {
      var trace: TraceFacts
      var options: ReplayOptions
    }
    /// What a stage is told by among those that share all before it.
    struct Stage<Key: Hashable>: Hashable {
      var before: Int
      var key: Key
    }
    var windows = Ordinals<Window>()
    var guests = Ordinals<Stage<GuestStageKey>>()
    var firstLevels = Ordinals<Stage<FirstLevelKey?>>()
    var lanes = Ordinals<Stage<LaneKey?>>()
    var secondLevels = Ordinals<Stage<Machine.SecondLevel>>()
    return points.enumerated().map { index, point in
      let window = windows[Window(trace: point.trace, options: point.options)]
      let guest = guests[Stage(before: window, key: GuestStageKey(point.specification))]
      let firstLevel = firstLevels[Stage(before: guest, key: point.firstLevelKey)]
      let lane = lanes[Stage(before: firstLevel, key: point.laneKey)]
      let secondLevel = secondLevels[Stage(before: lane, key: point.specification.machine.l2)]
      return (window, guest, firstLevel, lane, secondLevel, index)
    }.sorted { $0 < $1 }.map { points[$0.5] }
  }
}

/// Numbers of things by their first appearance.
private struct Ordinals<Thing: Hashable> {
  private var numbers: [Thing: Int] = [:]

  subscript(thing: Thing) -> Int {
    mutating get {
      let number = numbers[thing] ?? numbers.count
      numbers[thing] = number
      return number
    }
  }
}

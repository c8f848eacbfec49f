import Addressing
import Machines
import PageTables
import TranslationCaches

/// A machine's walks of a real map table that follow a reader's. Of LRU caches it is enough to know which tables they
/// hold, as the reader tells where the walk ends; with others a walker makes each walk.
struct RealMapFollower: Sendable {
  /// Nil where a walker makes the walks.
  private var passed: PassedTables?
  private var walker: RealMapWalker
  var tally = WalkTally()

  init(_ machine: Machine) {
    let caches = machine.hostWalkCaches
    passed = caches.policy == .lru ? PassedTables((2...5).map { caches[$0] }) : nil
    walker = RealMapWalker(machine)
  }

  /// Reads the map for what the nested TLB missed.
  mutating func follow(
    _ missed: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    if passed != nil && map.form == .radix {
      Self.follow(missed, &map, &passed!, &tally, vm: vm)
    } else {
      try Self.follow(missed, &map, &walker, &tally, vm: vm)
    }
  }

  private static func follow(
    _ missed: [RealMeeting], _ map: inout RealMapTable, _ passed: inout PassedTables,
    _ tally: inout WalkTally, vm: UInt16
  ) {
    let root = map.radix.levels
    for meeting in missed {
      let end = meeting.page?.size.leafLevel ?? map.radix.walk(root: map.root, meeting.real).level
      let start = passed.walk(context: vm, meeting.real.rawValue, downTo: end, from: root)
      tally[meeting.cause].host &+= UInt64(truncatingIfNeeded: start.level &- end &+ 1)
      if start.isCached { tally[meeting.cause].hostCacheHits &+= 1 }
    }
  }

  private static func follow(
    _ missed: [RealMeeting], _ map: inout RealMapTable, _ walker: inout RealMapWalker,
    _ tally: inout WalkTally, vm: UInt16
  ) throws(TranslationError) {
    for meeting in missed {
      let page = walker.read(&map, meeting.real, vm: vm, &tally[meeting.cause])
      guard page == meeting.page else { throw .divergedStages }
    }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    passed?.removeAll()
    walker.invalidateAll()
  }
}

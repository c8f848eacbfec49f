import Addressing
import Machines
import PageTables
import TranslationCaches

/// A machine's walks of a real map table that follow a reader's, which tells where each ends. Of LRU caches it is then
/// enough to know which tables they hold; with others a walker makes each walk.
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

  /// Reads the map for what the nested TLB missed: of a flat one an entry for each.
  ///
  /// - Parameter room: Anything.
  mutating func follow(
    _ missed: [RealMeeting], _ map: borrowing RealMapTable, vm: UInt16, _ room: inout [RealMeeting]
  ) {
    guard map.form == .radix else {
      for meeting in missed { tally[meeting.cause].host &+= 1 }
      return
    }
    guard passed != nil else {
      for meeting in missed { walker.follow(meeting, through: map, vm: vm, &tally[meeting.cause]) }
      return
    }
    passed?.make(missed, context: vm, from: map.radix.levels, &room) { meeting, level, isCached in
      let cause = meeting.cause
      tally[cause].host &+= UInt64(truncatingIfNeeded: level &- meeting.endLevel &+ 1)
      if isCached { tally[cause].hostCacheHits &+= 1 }
    }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    passed?.removeAll()
    walker.invalidateAll()
  }
}

import Machines
import PageTables
import Results

/// The walks of the real map table of several machines: one follower for each set of page-walk caches that differs.
struct RealMapFollowers: Sendable {
  private var followers: [RealMapFollower]
  /// The follower of each machine.
  private let places: [Int]

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.hostWalkCaches))
    places = caches.places
    followers = caches.firsts.map { RealMapFollower(machines[$0]) }
  }

  /// Reads the map for what the nested TLB missed.
  mutating func follow(
    _ missed: [RealMeeting], _ map: borrowing RealMapTable, vm: UInt16, _ room: inout [RealMeeting]
  ) {
    for index in followers.indices { followers[index].follow(missed, map, vm: vm, &room) }
  }

  /// What each machine counted since the last call.
  mutating func takeTallies() -> [WalkTally] {
    defer { for index in followers.indices { followers[index].tally = WalkTally() } }
    return places.map { followers[$0].tally }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    for index in followers.indices { followers[index].invalidateAll() }
  }
}

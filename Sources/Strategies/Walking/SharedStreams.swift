/// The states of what follows several streams: those whose streams were the same so far share one, which is worked
/// once for all of them. Streams are compared item by item, never trusted by a hash or by how they came about
/// (semantics rule 22).
struct SharedStreams<State: Sendable>: Sendable {
  /// Streams that were the same, by number, and their state.
  struct Share: Sendable {
    var streams: [Int]
    var state: State
  }

  var shares: [Share] = []

  /// - Parameters:
  ///   - count: The number of streams.
  ///   - areAlike: Whether two streams begin with the same state.
  ///   - state: What a stream begins with.
  init(_ count: Int, areAlike: (Int, Int) -> Bool, state: (Int) -> State) {
    for stream in 0..<count {
      if let known = shares.firstIndex(where: { areAlike($0.streams[0], stream) }) {
        shares[known].streams.append(stream)
      } else {
        shares.append(Share(streams: [stream], state: state(stream)))
      }
    }
  }

  /// Parts streams that have become different: each gets the state as it is.
  ///
  /// - Parameter areEqual: Whether two streams went on the same way.
  mutating func part(where areEqual: (Int, Int) -> Bool) {
    var index = 0
    while index < shares.count {
      let first = shares[index].streams[0]
      if shares[index].streams.count > 1, shares[index].streams.contains(where: { !areEqual(first, $0) }) {
        let others = shares[index].streams.filter { !areEqual(first, $0) }
        shares[index].streams.removeAll { others.contains($0) }
        shares.append(Share(streams: others, state: shares[index].state))
      }
      index += 1
    }
  }
}

/// What each processor of the machine but the running one has of its own in caches of some kind: the running one's stands
/// where it is used, and changes places with another's when that one runs.
@frozen public struct OtherProcessors<State: Sendable>: Sendable {
  /// The number of the processor that runs.
  @usableFromInline var running = 0
  /// By the number of a processor; nil for the one that runs, and for those that have not run yet.
  @usableFromInline var states: [State?] = []
  @usableFromInline let make: @Sendable () throws -> State

  /// Processor 0 runs, and no other has run yet.
  ///
  /// - Parameter make: Makes what a processor begins with, as the running one's was made: it cannot fail.
  public init(_ make: @escaping @Sendable () throws -> State) { self.make = make }

  /// Lets a processor run.
  ///
  /// - Parameter state: That of the one that runs: before, and then.
  @inlinable
  public mutating func run(_ processor: Int, _ state: inout State) {
    guard processor != running else { return }
    while states.count <= max(processor, running) { states.append(nil) }
    var next = states[processor].take() ?? first()
    swap(&state, &next)
    states[running] = next
    running = processor
  }

  @inlinable
  func first() -> State {
    do { return try make() } catch {
      preconditionFailure("what one processor has another one can have: \(error)")
    }
  }

  /// Changes what a processor has; nothing where it has not run yet.
  ///
  /// - Parameter state: That of the one that runs.
  @inlinable @inline(__always)
  public mutating func change(_ processor: Int, _ state: inout State, _ body: (inout State) -> Void) {
    if processor == running { body(&state) } else { changeOther(processor, body) }
  }

  /// Out of line, as what makes the array one's own would else be done where nothing waits.
  @inlinable @inline(never)
  mutating func changeOther(_ processor: Int, _ body: (inout State) -> Void) {
    if processor < states.count, states[processor] != nil { body(&states[processor]!) }
  }

  /// Changes what every processor has that has run.
  ///
  /// - Parameter state: That of the one that runs.
  @inlinable
  public mutating func changeAll(_ state: inout State, _ body: (inout State) -> Void) {
    body(&state)
    for processor in states.indices where processor != running { changeOther(processor, body) }
  }
}

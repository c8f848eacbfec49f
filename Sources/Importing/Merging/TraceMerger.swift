import Addressing
public import Traces

/// Makes one trace of several, which take turns.
///
/// Events between two turns of a trace stand at the start of its next one, and those behind its last access at the end
/// of all: where a replay of the traces together has them.
public struct TraceMerger: Sendable {
  private let role: MergeRole
  private let schedule: MergeSchedule
  private let quantum: UInt64

  /// - Parameter quantum: Accesses of a turn, at least 1.
  public init(as role: MergeRole, _ schedule: MergeSchedule, quantum: UInt64) {
    precondition(quantum > 0, "a turn has at least one access")
    self.role = role
    self.schedule = schedule
    self.quantum = quantum
  }

  /// Writes everything that the readers, which have not been read from, give.
  ///
  /// - Throws: ``MergeError``, and `TraceError` where a trace cannot be read or written.
  public func merge(_ readers: [TraceReader], to writer: TraceWriter) throws {
    try checkLikeness(of: readers)
    var inputs = try readers.map { try MergeInput($0) }
    var owners = MergedOwners(role)
    var schedule = schedule
    func append(_ event: Event, by owner: Owner, of trace: Int) throws {
      writer.select(try owners.owner(owner, of: trace, file: readers[trace].name))
      try writer.append(try owners.event(event, by: owner, of: trace, file: readers[trace].name))
    }
    while let turn = schedule.next(inputs.map(\.hasAccesses)) {
      try inputs[turn].deliver(quantum) { event, owner in
        try append(event, by: owner, of: turn)
      } accesses: { accesses, owner in
        writer.select(try owners.owner(owner, of: turn, file: readers[turn].name))
        try writer.append(accesses)
      }
    }
    for trace in inputs.indices {
      for event in inputs[trace].trailing { try append(event.event, by: event.owner, of: trace) }
    }
  }

  private func checkLikeness(of readers: [TraceReader]) throws(MergeError) {
    for reader in readers {
      let first = readers[0]
      guard reader.header.scope == first.header.scope, reader.header.kept == first.header.kept,
        reader.header.addressKind == first.header.addressKind
      else { throw .unlike(file: reader.name, first: first.name) }
      guard role == .vms || reader.header.scope == .user else { throw .wholeSystem(file: reader.name) }
    }
  }
}

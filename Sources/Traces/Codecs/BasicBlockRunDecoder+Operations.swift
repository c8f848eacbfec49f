import Addressing

/// The exact way through one basic block, record by record: for entries whose fetches touch several pages, for
/// breaks inside a basic block, and for unified streams.
extension BasicBlockStream {
  /// Decodes the current basic block, from where it was left, up to its end or the position `end`.
  mutating func decodeOperations(
    _ payload: PaddedBytes, to end: Int, _ isUnified: Bool, _ state: inout RunState, _ output: inout RunOutput
  ) throws(TraceError.Problem) {
    let entry = entries[progress.current]
    let choiceSize = partial.isFirst ? 0 : (Int(entry.dataCount) + 3) >> 2
    if partial.operation == 0 {
      partial.address = entry.start
      guard progress.choice + choiceSize <= columns.choices.upperBound else {
        throw .illegal("a column ends early")
      }
    }
    if state.next >= output.flushLine { output.flush(&state.next) }
    while partial.operation < Int(entry.count) && state.position < end {
      let operation = operations[Int(entry.firstOperation) + partial.operation]
      if operation.isFetch {
        let address = Canonical.extend(partial.address)
        state.fetches &+= 1
        if Self.append(address, operation, isUnified, &state) { state.fetchCrossings &+= 1 }
        partial.address = address &+ UInt64(operation.size)
      } else {
        let bits = payload.base[progress.choice + partial.data >> 2] >> UInt8(2 * (partial.data & 3))
        let slot = slots + Int(entry.firstSlot) + partial.data
        let choice = partial.isFirst ? 2 : UInt64(bits & 3)
        let address = Canonical.extend(try predict(slot, choice, &progress.previousData))
        if Self.append(address, operation, isUnified, &state) { state.dataCrossings &+= 1 }
        partial.data += 1
      }
      partial.operation += 1
      state.position &+= 1
    }
    if partial.operation == Int(entry.count) {
      progress.choice += choiceSize
      partial = Partial()
    }
  }

  /// Appends the runs that a record starts, and returns whether it crosses into the next page.
  @inline(__always) private static func append(
    _ address: UInt64, _ operation: Operation, _ isUnified: Bool, _ state: inout RunState
  ) -> Bool {
    let page = address >> 12
    let flags: UInt32 = (operation.isFetch ? 1 : 0) | (operation.isWrite ? 2 : 0)
    state.touch(page, flags, isUnified: isUnified)
    if address & 4095 <= operation.lastWhole { return false }
    state.touch(Canonical.extend((page &+ 1) << 12) >> 12, flags, isUnified: isUnified)
    return true
  }
}

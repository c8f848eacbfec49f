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
    if state.buffered >= RunOutput.flushThreshold {
      output.flush(state.buffered)
      state.buffered = 0
    }
    let runs = output.base
    while partial.operation < Int(entry.count) && state.position < end {
      let operation = operations[Int(entry.firstOperation) + partial.operation]
      if operation.isFetch {
        let address = Canonical.extend(partial.address)
        state.fetches &+= 1
        if Self.append(address, operation, isUnified, &state, runs) { state.fetchCrossings &+= 1 }
        partial.address = address &+ UInt64(operation.size)
      } else {
        let bits = payload.base[progress.choice + partial.data >> 2] >> UInt8(2 * (partial.data & 3))
        let slot = slots + Int(entry.firstSlot) + partial.data
        let choice = partial.isFirst ? 2 : UInt64(bits & 3)
        let address = Canonical.extend(try predict(slot, choice, &progress.previousData))
        if Self.append(address, operation, isUnified, &state, runs) { state.dataCrossings &+= 1 }
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
    _ address: UInt64, _ operation: Operation, _ isUnified: Bool, _ state: inout RunState,
    _ runs: UnsafeMutablePointer<PageRun>
  ) -> Bool {
    let page = address >> 12
    let flags: UInt32 = (operation.isFetch ? 1 : 0) | (operation.isWrite ? 2 : 0)
    state.touch(page, flags, isUnified, runs)
    if address & 4095 <= operation.lastWhole { return false }
    state.touch(Canonical.extend((page &+ 1) << 12) >> 12, flags, isUnified, runs)
    return true
  }
}

extension RunState {
  /// Appends a run at the present position unless the access goes on with its stream's current run.
  @inline(__always) mutating func touch(
    _ page: UInt64, _ flags: UInt32, _ isUnified: Bool, _ runs: UnsafeMutablePointer<PageRun>
  ) {
    if flags & 1 != 0 && !isUnified {
      if page == instructionPage { return }
      instructionPage = page
    } else {
      let isSame = page == dataPage && (flags ^ dataFlags) & 1 == 0
      let kept = isSame ? dataFlags : 0
      dataPage = page
      dataFlags = kept | flags
      if isSame && flags & ~kept == 0 { return }
    }
    runs[buffered] = PageRun(page: page, ordinal: UInt32(truncatingIfNeeded: position), flags: flags)
    buffered &+= 1
  }
}

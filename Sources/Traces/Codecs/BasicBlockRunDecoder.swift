import Addressing

/// The hot loop of a replay: page runs straight from the dictionary of basic blocks, no record materialised.
///
/// An entry's fetches touch one page nearly always, so a basic block costs one comparison for its instructions,
/// and the prediction of an address for each of its data records.
///
/// Entries, slots, literals, payload and output are reached through pointers. With arrays in their place, the same
/// loop, inflating included, took 18 % more CPU time (median of 12 pairs over four traces recorded by lackey: graph
/// search, hash join, gzip, Python; from 6 to 39 % in 10 of them).
extension BasicBlockStream {
  /// Decodes the records up to the position `end`.
  ///
  /// Every index is checked when it is read: entry numbers against the dictionary, records against `end`, choices
  /// against their column; literals once a basic block, which the payload's padding makes safe.
  mutating func decodeRuns(
    _ payload: PaddedBytes, to end: Int, isUnified: Bool, _ runState: inout RunState,
    _ output: inout RunOutput
  ) throws(TraceError.Problem) {
    if partial.operation > 0 { try decodeOperations(payload, to: end, isUnified, &runState, &output) }
    var state = runState
    var now = progress
    let entries = entries
    let choicesEnd = columns.choices.upperBound
    // Unified streams go the exact way all through.
    let plainEnd = isUnified ? -1 : end
    let flushLine = output.flushLine
    while state.position < end {
      var isFirst = false
      if now.pendingRun > 0 {
        now.pendingRun &-= 1
        now.current = Int(entries[now.current].successor)
      } else {
        now = try advanced(now, payload, &isFirst)
      }
      let entry = entries[now.current]
      if !entry.isPlain || state.position &+ Int(entry.count) > plainEnd {
        progress = now
        runState = state
        partial.isFirst = isFirst
        try decodeOperations(payload, to: end, isUnified, &runState, &output)
        state = runState
        now = progress
        continue
      }
      if state.next >= flushLine { output.flush(&state.next) }
      var choices = Self.firstChoices
      if !isFirst {
        choices = UnsafeRawPointer(payload.base + now.choice).loadUnaligned(as: UInt64.self)
        now.choice &+= (Int(entry.dataCount) &+ 3) &>> 2
        guard now.choice <= choicesEnd else { throw .illegal("a column ends early") }
      }
      appendFetches(entry, &state)
      try appendData(entry, choices, &now.previousData, &state)
      state.position &+= Int(entry.count)
    }
    progress = now
    runState = state
  }

  /// Moves on to the basic block that the column of numbers names, and learns it as a successor.
  @inline(__always) private mutating func advanced(
    _ progress: Progress, _ payload: PaddedBytes, _ isFirst: inout Bool
  ) throws(TraceError.Problem) -> Progress {
    var now = progress
    let number = try payload.varint(at: &now.number, before: columns.numbers.upperBound)
    let next: Int
    if number == 0 {
      next = try define(payload)
      isFirst = true
    } else {
      guard number <= UInt64(entryCount) else { throw .illegal("the number of a basic block is not known") }
      next = Int(number) &- 1
    }
    if now.current >= 0 { entries[now.current].successor = Int32(truncatingIfNeeded: next) }
    now.current = next
    let run = try payload.varint(at: &now.run, before: columns.runs.upperBound)
    guard run <= UInt64(columns.recordCount) else { throw .illegal("a run of basic blocks is too long") }
    now.pendingRun = Int(run)
    return now
  }

  @inline(__always) private func appendFetches(_ entry: Entry, _ state: inout RunState) {
    guard entry.fetchCount > 0 else { return }
    state.touchInstructions(entry.page, ordinal: UInt32(truncatingIfNeeded: state.position))
    state.fetches &+= UInt32(entry.fetchCount)
  }

  @inline(__always) private func appendData(
    _ entry: Entry, _ choicesOfEntry: UInt64, _ previousData: inout UInt64, _ state: inout RunState
  ) throws(TraceError.Problem) {
    var choices = choicesOfEntry
    var slot = slots + Int(entry.firstSlot)
    let end = slot + Int(entry.dataCount)
    let position = UInt32(truncatingIfNeeded: state.position)
    while slot < end {
      let address = try predict(slot, choices & 3, &previousData)
      choices &>>= 2
      let page = Canonical.extend(address) &>> 12
      let write = UInt64(slot.pointee.write)
      let ordinal = position &+ UInt32(slot.pointee.ordinal)
      state.touchData(page, write: write, ordinal: ordinal)
      if address & 4095 > UInt64(slot.pointee.lastWhole) {
        state.dataCrossings &+= 1
        state.touchData(Canonical.extend((page &+ 1) &<< 12) &>> 12, write: write, ordinal: ordinal)
      }
      slot += 1
    }
  }

  /// Choice 2 for every slot: the last address is that of the definition.
  static var firstChoices: UInt64 { 0xAAAA_AAAA_AAAA_AAAA }

  /// The address of a slot's next record, right in its low 57 bits; the slot learns it.
  @inline(__always) func predict(
    _ slot: UnsafeMutablePointer<Slot>, _ choice: UInt64, _ previousData: inout UInt64
  ) throws(TraceError.Problem) -> UInt64 {
    let last = slot.pointee.last
    // Masks and not branches: choices are as hard to foretell as what they encode.
    let low = 0 &- (choice & 1)
    let high = 0 &- (choice &>> 1 & 1)
    let isLiteral = low & high
    var address = last &+ (slot.pointee.stride & ~(low | high))
    address &+= literals[Int(slot.pointee.literal)] & isLiteral
    address &+= (previousData &+ slot.pointee.spatial &- last) & low & ~high
    slot.pointee.literal &-= UInt32(truncatingIfNeeded: isLiteral)
    guard slot.pointee.literal <= literalCount else { throw .illegal("a slot has no literal left") }
    slot.pointee.stride = address &- last
    slot.pointee.spatial = address &- previousData
    slot.pointee.last = address
    previousData = address
    return address
  }
}

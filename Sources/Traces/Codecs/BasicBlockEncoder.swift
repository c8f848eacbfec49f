import Addressing

/// Encodes the records of one owner in one block with a dictionary of basic blocks (`Codecs.md`, "Basic blocks").
struct BasicBlockEncoder {
  private var dictionary = BasicBlockDictionary()
  private var slots = SlotEncoder()
  private var previous = -1
  private var pendingRun: UInt64 = 0
  private var expectedStart: UInt64 = 0

  private var lastFirstData: UInt64 = 0

  private var definitions: [UInt8] = []
  private var addresses: [UInt8] = []
  private var numbers: [UInt8] = []
  private var runs: [UInt8] = []

  /// Encodes consecutive records, with no event and no other owner's record among them.
  mutating func append(_ records: ArraySlice<Access>) {
    let records = records.span
    var start = 0
    while start < records.count {
      if previous >= 0 { start = appendExpected(records, from: start) }
      if start < records.count { start = appendOther(records, from: start) }
    }
  }

  /// Encodes basic blocks for as long as each is the one expected behind the one before, and returns where they end.
  private mutating func appendExpected(_ records: Span<Access>, from start: Int) -> Int {
    var (end, last, run) = (start, previous, pendingRun)
    while end < records.count {
      let expected = dictionary.entries[last].successor
      let entry = dictionary.entries[expected]
      guard let next = dictionary.end(of: entry, in: records, from: end) else { break }
      if entry.slotCount > 0 { slots.append(records, end..<next, firstSlot: entry.firstSlot) }
      (end, last, run) = (next, expected, run + 1)
    }
    (previous, pendingRun) = (last, run)
    return end
  }

  /// Encodes the basic block that starts at `start`, which is not the one expected, and returns its end.
  private mutating func appendOther(_ records: Span<Access>, from start: Int) -> Int {
    let (number, isNew, end) = dictionary.next(in: records, from: start)
    endRun()
    numbers.appendVarint(isNew ? 0 : UInt64(number) + 1)
    if previous >= 0 { dictionary.setSuccessor(of: previous, to: number) }
    previous = number
    if isNew {
      define(records, start..<end)
      defineAddresses(records, start..<end)
    } else {
      slots.append(records, start..<end, firstSlot: dictionary.entries[number].firstSlot)
    }
    return end
  }

  private mutating func endRun() {
    if previous >= 0 { runs.appendVarint(pendingRun) }
    pendingRun = 0
  }

  private mutating func define(_ records: Span<Access>, _ range: Range<Int>) {
    definitions.appendVarint(UInt64(range.count))
    for index in range { definitions.appendVarint(UInt64(Operation(records[index]).rawValue)) }
    let first = records[range.lowerBound]
    if first.kind == .fetch { addresses.appendSigned(first.address.rawValue &- expectedStart) }
    for index in range where records[index].kind == .fetch {
      expectedStart = Canonical.extend(records[index].address.rawValue &+ UInt64(records[index].size))
    }
  }

  /// The first time, the addresses of a basic block's data stand in its definition.
  private mutating func defineAddresses(_ records: Span<Access>, _ range: Range<Int>) {
    for index in range where records[index].kind != .fetch {
      let address = records[index].address.rawValue
      addresses.appendSigned(address &- lastFirstData)
      lastFirstData = address
      slots.define(address)
    }
  }

  /// The whole stream: sizes, then columns.
  mutating func finish() -> [UInt8] {
    endRun()
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(dictionary.count))
    bytes.appendVarint(UInt64(slots.count))
    let (counts, shapes, literals) = slots.literals.finish(slotCount: slots.count)
    let columns = [definitions, addresses, numbers, runs, slots.choices, counts, shapes, literals]
    for column in columns { bytes.appendVarint(UInt64(column.count)) }
    for column in columns { bytes += column }
    return bytes
  }
}

import Addressing

/// Encodes the records of one owner in one block with a dictionary of basic blocks (`Codecs.md`, "Basic blocks").
struct BasicBlockEncoder {
  /// How the address of one data slot is predicted.
  private struct Slot {
    var last: UInt64
    var stride: UInt64 = 0
    var spatial: UInt64 = 0
  }

  private var dictionary = BasicBlockDictionary()
  private var firstSlot: [Int] = []
  private var successor: [Int] = []
  private var slots: [Slot] = []
  private var previous = -1
  private var pendingRun: UInt64 = 0
  private var previousData: UInt64 = 0
  private var expectedStart: UInt64 = 0

  private var lastFirstData: UInt64 = 0

  private var definitions: [UInt8] = []
  private var addresses: [UInt8] = []
  private var numbers: [UInt8] = []
  private var runs: [UInt8] = []
  private var choices: [UInt8] = []
  private var literals = LiteralEncoder()

  /// Encodes consecutive records, with no event and no other owner's record among them.
  mutating func append(_ records: ArraySlice<Access>) {
    let records = records.span
    var start = 0
    while start < records.count { start = appendBasicBlock(records, from: start) }
  }

  /// Encodes the basic block that starts at `start`, and returns its end.
  private mutating func appendBasicBlock(_ records: Span<Access>, from start: Int) -> Int {
    if previous >= 0 {
      let expected = successor[previous]
      if let end = dictionary.end(of: expected, in: records, from: start) {
        pendingRun += 1
        previous = expected
        appendAddresses(records, start..<end, firstSlot: firstSlot[expected])
        return end
      }
    }
    let (number, isNew, end) = dictionary.next(in: records, from: start)
    endRun()
    numbers.appendVarint(isNew ? 0 : UInt64(number) + 1)
    if isNew {
      firstSlot.append(slots.count)
      successor.append(number)
      define(records, start..<end)
    }
    if previous >= 0 { successor[previous] = number }
    previous = number
    if isNew {
      appendFirstAddresses(records, start..<end)
    } else {
      appendAddresses(records, start..<end, firstSlot: firstSlot[number])
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
  private mutating func appendFirstAddresses(_ records: Span<Access>, _ range: Range<Int>) {
    for index in range where records[index].kind != .fetch {
      let address = records[index].address.rawValue
      addresses.appendSigned(address &- lastFirstData)
      lastFirstData = address
      slots.append(Slot(last: address, spatial: address &- previousData))
      previousData = address
    }
  }

  /// Encodes each data address by a choice of two bits: 0 for the slot's last address and its stride, 1 for the data
  /// record before and the distance to it, 2 for the last address again, 3 for a literal.
  private mutating func appendAddresses(_ records: Span<Access>, _ range: Range<Int>, firstSlot: Int) {
    var number = firstSlot
    var byte: UInt8 = 0
    var shift: UInt8 = 0
    for index in range where records[index].kind != .fetch {
      let address = records[index].address.rawValue
      let slot = slots[number]
      if address == Canonical.extend(slot.last &+ slot.stride) {
        // Choice 0.
      } else if address == Canonical.extend(previousData &+ slot.spatial) {
        byte |= 1 << shift
      } else if address == slot.last {
        byte |= 2 << shift
      } else {
        byte |= 3 << shift
        literals.append(address &- slot.last, slot: number)
      }
      slots[number] = Slot(last: address, stride: address &- slot.last, spatial: address &- previousData)
      previousData = address
      number += 1
      shift += 2
      if shift == 8 {
        choices.append(byte)
        (byte, shift) = (0, 0)
      }
    }
    if shift > 0 { choices.append(byte) }
  }

  /// The whole stream: sizes, then columns.
  mutating func finish() -> [UInt8] {
    endRun()
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(dictionary.count))
    bytes.appendVarint(UInt64(slots.count))
    let (counts, shapes, literals) = literals.finish(slotCount: slots.count)
    let columns = [definitions, addresses, numbers, runs, choices, counts, shapes, literals]
    for column in columns { bytes.appendVarint(UInt64(column.count)) }
    for column in columns { bytes += column }
    return bytes
  }
}

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
    var start = records.startIndex
    while start < records.endIndex {
      let end = Self.endOfBasicBlock(records, from: start)
      appendBasicBlock(records[start..<end])
      start = end
    }
  }

  /// A basic block is a fetch with its data and all that follows without a jump, or data alone.
  private static func endOfBasicBlock(_ records: ArraySlice<Access>, from start: Int) -> Int {
    let limit = min(records.endIndex, start + TraceFormat.recordsPerBasicBlock)
    var next: UInt64?
    var index = start
    while index < limit {
      let access = records[index]
      if access.kind == .fetch {
        if index > start && access.address.rawValue != next { break }
        next = Canonical.extend(access.address.rawValue &+ UInt64(access.size))
      }
      index += 1
    }
    return index
  }

  private mutating func appendBasicBlock(_ records: ArraySlice<Access>) {
    let (number, isNew) = dictionary.number(of: records)
    if isNew {
      firstSlot.append(slots.count)
      successor.append(number)
      define(records)
    }
    if !isNew && previous >= 0 && successor[previous] == number {
      pendingRun += 1
    } else {
      endRun()
      numbers.appendVarint(isNew ? 0 : UInt64(number) + 1)
    }
    if previous >= 0 { successor[previous] = number }
    previous = number
    if isNew {
      appendFirstAddresses(records, firstSlot: firstSlot[number])
    } else {
      appendAddresses(records, firstSlot: firstSlot[number])
    }
  }

  private mutating func endRun() {
    if previous >= 0 { runs.appendVarint(pendingRun) }
    pendingRun = 0
  }

  private mutating func define(_ records: ArraySlice<Access>) {
    definitions.appendVarint(UInt64(records.count))
    for access in records { definitions.appendVarint(UInt64(Operation(access).rawValue)) }
    if let first = records.first, first.kind == .fetch {
      addresses.appendSigned(first.address.rawValue &- expectedStart)
    }
    for access in records where access.kind == .fetch {
      expectedStart = Canonical.extend(access.address.rawValue &+ UInt64(access.size))
    }
  }

  /// The first time, the addresses of a basic block's data stand in its definition.
  private mutating func appendFirstAddresses(_ records: ArraySlice<Access>, firstSlot: Int) {
    for access in records where access.kind != .fetch {
      let address = access.address.rawValue
      addresses.appendSigned(address &- lastFirstData)
      lastFirstData = address
      slots.append(Slot(last: address, spatial: address &- previousData))
      previousData = address
    }
  }

  private mutating func appendAddresses(_ records: ArraySlice<Access>, firstSlot: Int) {
    var number = firstSlot
    var byte: UInt8 = 0
    var shift: UInt8 = 0
    for access in records where access.kind != .fetch {
      byte |= appendAddress(access.address.rawValue, slot: number) << shift
      number += 1
      shift += 2
      if shift == 8 {
        choices.append(byte)
        byte = 0
        shift = 0
      }
    }
    if shift > 0 { choices.append(byte) }
  }

  /// Encodes one data address; the returned choice is 0 for the last address and its stride, 1 for the data
  /// record before and the distance to it, 2 for the last address again, 3 for a literal.
  private mutating func appendAddress(_ address: UInt64, slot number: Int) -> UInt8 {
    let slot = slots[number]
    defer {
      slots[number] = Slot(last: address, stride: address &- slot.last, spatial: address &- previousData)
      previousData = address
    }
    if address == Canonical.extend(slot.last &+ slot.stride) { return 0 }
    if address == Canonical.extend(previousData &+ slot.spatial) { return 1 }
    if address == slot.last { return 2 }
    literals.append(address &- slot.last, slot: number)
    return 3
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

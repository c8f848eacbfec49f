import Addressing

/// Decodes the records of one owner in one block; the inverse of ``BasicBlockEncoder``, in plain words.
struct BasicBlockDecoder {
  private struct Entry {
    var start: UInt64
    var operations: Range<Int>
    var firstSlot: Int
    var dataCount: Int
    var successor: Int
  }

  private struct Slot {
    var last: UInt64
    var stride: UInt64 = 0
    var spatial: UInt64 = 0
    /// The slot's next literal, and the end of them.
    var literals: Range<Int>
  }

  private let columns: BasicBlockColumns
  private var definitions: ByteCursor
  private var runs: ByteCursor
  private var numbers: ByteCursor
  private var choices: ByteCursor
  private var addresses: ByteCursor
  private let table: LiteralTable
  private var literals: [UInt64]

  private var entries: [Entry] = []
  private var operations: [Operation] = []
  private var slots: [Slot] = []
  private var current = -1
  private var pendingRun = 0
  private var previousData: UInt64 = 0
  private var expectedStart: UInt64 = 0
  private var lastFirstData: UInt64 = 0
  private var produced = 0

  init(_ payload: [UInt8], _ columns: BasicBlockColumns) throws(TraceError.Problem) {
    self.columns = columns
    definitions = ByteCursor(payload, columns.definitions)
    runs = ByteCursor(payload, columns.runs)
    numbers = ByteCursor(payload, columns.numbers)
    choices = ByteCursor(payload, columns.choices)
    addresses = ByteCursor(payload, columns.addresses)
    table = try LiteralTable(payload, columns)
    literals = [UInt64](repeating: 0, count: table.count)
    payload.withUnsafeBufferPointer { bytes in
      literals.withUnsafeMutableBufferPointer { literals in
        guard let bytes = bytes.baseAddress, let literals = literals.baseAddress else { return }
        table.decode(bytes, into: literals)
      }
    }
  }

  /// Appends the next `count` records, which end with a basic block.
  mutating func append(_ count: Int, to accesses: inout [Access]) throws(TraceError.Problem) {
    var rest = count
    while rest > 0 {
      let isFirst = try advance()
      let entry = entries[current]
      guard entry.operations.count <= rest else {
        throw .illegal("a basic block goes on across an event, a change of owner or the end")
      }
      try append(entry, isFirst: isFirst, to: &accesses)
      rest -= entry.operations.count
      produced += entry.operations.count
    }
  }

  /// Checks that nothing is left over.
  func finish() throws(TraceError.Problem) {
    guard pendingRun == 0, produced == columns.recordCount else {
      throw .illegal("more basic blocks than the block has records")
    }
    guard entries.count == columns.entryCount, slots.count == columns.slotCount else {
      throw .illegal("a dictionary has another size than announced")
    }
    for column in [definitions, addresses, runs, numbers, choices] {
      try column.requireEnd("a stream of basic blocks")
    }
    guard slots.allSatisfy(\.literals.isEmpty) else { throw .illegal("a slot has literals left over") }
  }

  /// Makes `current` the next basic block, and returns whether it is new.
  private mutating func advance() throws(TraceError.Problem) -> Bool {
    if pendingRun > 0 {
      pendingRun -= 1
      current = entries[current].successor
      return false
    }
    let number = try numbers.varint(upTo: entries.count, "the number of a basic block")
    let next = number == 0 ? try define() : number - 1
    if current >= 0 { entries[current].successor = next }
    current = next
    pendingRun = try runs.varint(upTo: columns.recordCount, "a run of basic blocks")
    return number == 0
  }

  private mutating func define() throws(TraceError.Problem) -> Int {
    guard entries.count < columns.entryCount else { throw .illegal("more basic blocks than announced") }
    let count = try definitions.varint(upTo: TraceFormat.recordsPerBasicBlock, "the records of a basic block")
    guard count > 0 else { throw .illegal("an empty basic block") }
    let first = operations.count
    var dataCount = 0
    for _ in 0..<count {
      let operation = try Operation(decoding: try definitions.varint())
      operations.append(operation)
      if !operation.isFetch { dataCount += 1 }
    }
    var start: UInt64 = 0
    if operations[first].isFetch {
      start = Canonical.extend(expectedStart &+ (try addresses.signed()))
      expectedStart = start
      for operation in operations[first...] where operation.isFetch {
        expectedStart = Canonical.extend(expectedStart &+ UInt64(operation.size))
      }
    } else if dataCount < count {
      throw .illegal("a basic block with a fetch that does not start with one")
    }
    guard slots.count + dataCount <= columns.slotCount else {
      throw .illegal("more data slots than announced")
    }
    entries.append(
      Entry(
        start: start, operations: first..<first + count, firstSlot: slots.count, dataCount: dataCount,
        successor: entries.count))
    for _ in 0..<dataCount {
      lastFirstData = Canonical.extend(lastFirstData &+ (try addresses.signed()))
      let literals = table.slots[slots.count]
      slots.append(
        Slot(last: lastFirstData, literals: literals.start..<literals.start + literals.count))
    }
    return entries.count - 1
  }

  private mutating func append(
    _ entry: Entry, isFirst: Bool, to accesses: inout [Access]
  ) throws(TraceError.Problem) {
    var fetchAddress = entry.start
    var slot = entry.firstSlot
    var bits: UInt8 = 0
    for index in entry.operations {
      let operation = operations[index]
      if operation.isFetch {
        accesses.append(Access(.fetch, VirtualAddress(fetchAddress), size: operation.size))
        fetchAddress = Canonical.extend(fetchAddress &+ UInt64(operation.size))
      } else {
        if !isFirst { bits = (slot - entry.firstSlot) & 3 == 0 ? try choices.byte() : bits >> 2 }
        let address = try dataAddress(slot: slot, choice: isFirst ? 2 : bits & 3)
        accesses.append(Access(operation.kind, VirtualAddress(address), size: operation.size))
        slot += 1
      }
    }
    let unused = entry.dataCount & 3
    if unused != 0 && bits >> 2 != 0 { throw .illegal("unused bits of a choice byte are set") }
  }

  private mutating func dataAddress(slot number: Int, choice: UInt8) throws(TraceError.Problem) -> UInt64 {
    var slot = slots[number]
    var address: UInt64
    switch choice {
    case 0: address = slot.last &+ slot.stride
    case 1: address = previousData &+ slot.spatial
    case 2: address = slot.last
    default:
      guard let next = slot.literals.first else { throw .illegal("a slot has no literal left") }
      address = slot.last &+ literals[next]
      slot.literals = next + 1..<slot.literals.upperBound
    }
    address = Canonical.extend(address)
    slot.stride = address &- slot.last
    slot.spatial = address &- previousData
    slot.last = address
    slots[number] = slot
    previousData = address
    return address
  }
}

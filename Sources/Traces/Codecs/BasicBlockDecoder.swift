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
  }

  private let columns: BasicBlockColumns
  private var definitions: ByteCursor
  private var runs: ByteCursor
  private var numbers: ByteCursor
  private var choices: ByteCursor
  private var literals: ByteCursor

  private var entries: [Entry] = []
  private var operations: [Operation] = []
  private var slots: [Slot] = []
  private var current = -1
  private var pendingRun = 0
  private var previousData: UInt64 = 0
  private var expectedStart: UInt64 = 0
  private var produced = 0

  init(_ payload: [UInt8], _ columns: BasicBlockColumns) {
    self.columns = columns
    definitions = ByteCursor(payload, columns.definitions)
    runs = ByteCursor(payload, columns.runs)
    numbers = ByteCursor(payload, columns.numbers)
    choices = ByteCursor(payload, columns.choices)
    literals = ByteCursor(payload, columns.literals)
  }

  /// Appends the next `count` records, which end with a basic block.
  mutating func append(_ count: Int, to accesses: inout [Access]) throws(TraceError.Problem) {
    var rest = count
    while rest > 0 {
      try advance()
      let entry = entries[current]
      guard entry.operations.count <= rest else {
        throw .illegal("a basic block goes on across an event, a change of owner or the end")
      }
      try append(entry, to: &accesses)
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
    for column in [definitions, runs, numbers, choices, literals] {
      try column.requireEnd("a stream of basic blocks")
    }
  }

  /// Makes `current` the next basic block.
  private mutating func advance() throws(TraceError.Problem) {
    if pendingRun > 0 {
      pendingRun -= 1
      current = entries[current].successor
      return
    }
    let number = try numbers.varint(upTo: entries.count, "the number of a basic block")
    let next = number == 0 ? try define() : number - 1
    if current >= 0 { entries[current].successor = next }
    current = next
    pendingRun = try runs.varint(upTo: columns.recordCount, "a run of basic blocks")
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
      start = Canonical.extend(expectedStart &+ (try definitions.signed()))
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
    slots.append(contentsOf: repeatElement(Slot(last: previousData), count: dataCount))
    return entries.count - 1
  }

  private mutating func append(_ entry: Entry, to accesses: inout [Access]) throws(TraceError.Problem) {
    var fetchAddress = entry.start
    var slot = entry.firstSlot
    var bits: UInt8 = 0
    for index in entry.operations {
      let operation = operations[index]
      if operation.isFetch {
        accesses.append(Access(.fetch, VirtualAddress(fetchAddress), size: operation.size))
        fetchAddress = Canonical.extend(fetchAddress &+ UInt64(operation.size))
      } else {
        bits = (slot - entry.firstSlot) & 3 == 0 ? try choices.byte() : bits >> 2
        let address = try dataAddress(slot: slot, choice: bits & 3)
        accesses.append(Access(operation.kind, VirtualAddress(address), size: operation.size))
        slot += 1
      }
    }
    let unused = entry.dataCount & 3
    if unused != 0 && bits >> 2 != 0 { throw .illegal("unused bits of a choice byte are set") }
  }

  private mutating func dataAddress(slot number: Int, choice: UInt8) throws(TraceError.Problem) -> UInt64 {
    let slot = slots[number]
    let address: UInt64 =
      switch choice {
      case 0: slot.last &+ slot.stride
      case 1: previousData &+ slot.spatial
      case 2: slot.last
      default: slot.last &+ (try literals.signed())
      }
    let extended = Canonical.extend(address)
    slots[number] = Slot(
      last: extended, stride: extended &- slot.last, spatial: extended &- previousData)
    previousData = extended
    return extended
  }
}

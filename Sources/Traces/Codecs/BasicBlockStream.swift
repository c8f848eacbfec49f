/// One owner's stream of basic blocks, laid out for decoding: entries, slots and operations stand in scratch
/// memory of the size that the columns announce, and no index into it is kept that was not checked against that.
struct BasicBlockStream {
  /// One basic block of the dictionary.
  struct Entry {
    /// Address of the first fetch.
    var start: UInt64
    /// The page that all fetches touch, where `isPlain`.
    var page: UInt64
    var firstSlot: Int32
    var firstOperation: Int32
    /// The basic block that is predicted to follow.
    var successor: Int32
    var count: UInt8
    var dataCount: UInt8
    var fetchCount: UInt8
    /// Whether all fetches touch one page, and choices take at most 8 bytes: the fast path.
    var isPlain: Bool
  }

  /// A data record of an entry: how its address is predicted.
  struct Slot {
    var last: UInt64
    var stride: UInt64
    var spatial: UInt64
    /// The slot's next literal.
    var literal: UInt32
    /// The greatest offset in a page at which the record does not cross into the next.
    var lastWhole: UInt16
    /// The position of the record in its basic block.
    var ordinal: UInt8
    /// 1 if the record needs write permission, else 0.
    var write: UInt8
  }

  /// Where decoding stands: a value that the hot loop keeps in registers. The columns' next bytes are positions in
  /// the payload.
  struct Progress {
    var number: Int
    var run: Int
    var choice: Int
    /// The number of the basic block decoded last; -1 at the start.
    var current = -1
    /// Basic blocks that follow by prediction.
    var pendingRun = 0
    var previousData: UInt64 = 0
  }

  /// How far a basic block has been decoded that a break cuts in two; all 0 between basic blocks.
  struct Partial {
    var operation = 0
    /// Whether this is the first time, with all addresses from the definition.
    var isFirst = false
    var data = 0
    /// The address of the next fetch.
    var address: UInt64 = 0
  }

  let columns: BasicBlockColumns
  let entries: UnsafeMutablePointer<Entry>
  let slots: UnsafeMutablePointer<Slot>
  let operations: UnsafeMutablePointer<Operation>
  /// The differences that literals stand for, `literalCount` of them, and a word behind.
  let literals: UnsafeMutablePointer<UInt64>
  let literalCount: UInt32
  let table: LiteralTable
  var progress: Progress
  var partial = Partial()

  /// The dictionary so far.
  private(set) var entryCount = 0
  private var slotCount = 0
  private var operationCount = 0
  private var definition: Int
  private var address: Int
  private var expectedStart: UInt64 = 0
  private var lastFirstData: UInt64 = 0

  /// Starts a stream in scratch memory with room for `columns.entryCount` entries, `columns.slotCount` slots,
  /// `table.count` literals with a word behind, and as many operations as the definitions have bytes.
  init(
    _ columns: BasicBlockColumns, _ table: LiteralTable, entries: UnsafeMutablePointer<Entry>,
    slots: UnsafeMutablePointer<Slot>, operations: UnsafeMutablePointer<Operation>,
    literals: UnsafeMutablePointer<UInt64>
  ) {
    self.columns = columns
    self.table = table
    self.entries = entries
    self.slots = slots
    self.operations = operations
    self.literals = literals
    literalCount = UInt32(table.count)
    definition = columns.definitions.lowerBound
    address = columns.addresses.lowerBound
    progress = Progress(
      number: columns.numbers.lowerBound, run: columns.runs.lowerBound, choice: columns.choices.lowerBound)
  }

  /// Adds the next definition to the dictionary, and returns its number.
  mutating func define(_ payload: PaddedBytes) throws(TraceError.Problem) -> Int {
    let end = columns.definitions.upperBound
    guard entryCount < columns.entryCount else { throw .illegal("more basic blocks than announced") }
    let count = try payload.varint(at: &definition, before: end)
    guard (1...UInt64(TraceFormat.recordsPerBasicBlock)).contains(count), Int(count) <= end - definition
    else {
      throw .illegal("a basic block of \(count) records")
    }
    var fetches = 0
    for index in 0..<Int(count) {
      let operation = try Operation(decoding: try payload.varint(at: &definition, before: end))
      operations[operationCount + index] = operation
      if operation.isFetch { fetches += 1 }
    }
    guard slotCount + Int(count) - fetches <= columns.slotCount else {
      throw .illegal("more data slots than announced")
    }
    guard fetches == 0 || operations[operationCount].isFetch else {
      throw .illegal("a basic block with a fetch that does not start with one")
    }
    if fetches > 0 { expectedStart &+= try nextAddress(payload) }
    try addEntry(payload, count: Int(count), fetches: fetches)
    return entryCount - 1
  }

  private mutating func addEntry(
    _ payload: PaddedBytes, count: Int, fetches: Int
  ) throws(TraceError.Problem) {
    let start = Canonical.extend(expectedStart)
    let page = start >> 12
    let dataCount = count - fetches
    var isPlain = dataCount <= 32
    var slot = slotCount
    for index in 0..<count {
      let operation = operations[operationCount + index]
      if operation.isFetch {
        let address = Canonical.extend(expectedStart)
        if address >> 12 != page || address & 4095 > operation.lastWhole { isPlain = false }
        expectedStart = address &+ UInt64(operation.size)
      } else {
        lastFirstData &+= try nextAddress(payload)
        slots[slot] = Slot(
          last: lastFirstData, stride: 0, spatial: 0, literal: UInt32(table.slots[slot].start),
          lastWhole: UInt16(operation.lastWhole), ordinal: UInt8(index), write: operation.isWrite ? 1 : 0)
        slot += 1
      }
    }
    entries[entryCount] = Entry(
      start: start, page: page, firstSlot: Int32(slotCount), firstOperation: Int32(operationCount),
      successor: Int32(entryCount), count: UInt8(count), dataCount: UInt8(dataCount),
      fetchCount: UInt8(fetches), isPlain: isPlain)
    entryCount += 1
    slotCount = slot
    operationCount += count
  }

  private mutating func nextAddress(_ payload: PaddedBytes) throws(TraceError.Problem) -> UInt64 {
    ZigZag.decode(try payload.varint(at: &address, before: columns.addresses.upperBound))
  }

  /// Checks that the stream ended where its columns do.
  func finish() throws(TraceError.Problem) {
    guard progress.pendingRun == 0, partial.operation == 0 else {
      throw .illegal("more basic blocks than the block has records")
    }
    guard entryCount == columns.entryCount, slotCount == columns.slotCount,
      definition == columns.definitions.upperBound, address == columns.addresses.upperBound,
      progress.number == columns.numbers.upperBound, progress.run == columns.runs.upperBound,
      progress.choice == columns.choices.upperBound
    else { throw .illegal("bytes are left over behind a stream of basic blocks") }
    for (index, literals) in table.slots.enumerated()
    where Int(slots[index].literal) != literals.start + literals.count {
      throw .illegal("a slot has literals left over, or took another's")
    }
  }
}

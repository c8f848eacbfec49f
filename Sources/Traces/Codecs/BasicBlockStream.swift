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
    /// The position of the record in its basic block.
    var ordinal: UInt32
    /// The greatest offset in a page at which the record does not cross into the next.
    var lastWhole: UInt16
    /// Flags of a run that starts with the record: ``PageRun/flags``.
    var flags: UInt16
  }

  /// Where decoding stands: a value that the hot loop keeps in registers. The columns' next bytes are positions in
  /// the payload.
  struct Progress {
    var number: Int
    var run: Int
    var choice: Int
    var literal: Int
    /// The number of the basic block decoded last; -1 at the start.
    var current = -1
    /// Basic blocks that follow by prediction.
    var pendingRun = 0
    var previousData: UInt64 = 0
  }

  /// How far a basic block has been decoded that a break cuts in two; all 0 between basic blocks.
  struct Partial {
    var operation = 0
    var data = 0
    /// The address of the next fetch.
    var address: UInt64 = 0
  }

  let columns: BasicBlockColumns
  let entries: UnsafeMutablePointer<Entry>
  let slots: UnsafeMutablePointer<Slot>
  let operations: UnsafeMutablePointer<Operation>
  var progress: Progress
  var partial = Partial()

  /// The dictionary so far.
  private(set) var entryCount = 0
  private var slotCount = 0
  private var operationCount = 0
  private var definition: Int
  private var expectedStart: UInt64 = 0

  /// Starts a stream in scratch memory with room for `columns.entryCount` entries, `columns.slotCount` slots and
  /// as many operations as the definitions have bytes.
  init(
    _ columns: BasicBlockColumns, entries: UnsafeMutablePointer<Entry>, slots: UnsafeMutablePointer<Slot>,
    operations: UnsafeMutablePointer<Operation>
  ) {
    self.columns = columns
    self.entries = entries
    self.slots = slots
    self.operations = operations
    definition = columns.definitions.lowerBound
    progress = Progress(
      number: columns.numbers.lowerBound, run: columns.runs.lowerBound, choice: columns.choices.lowerBound,
      literal: columns.literals.lowerBound)
  }

  /// Adds the next definition to the dictionary, its slots starting at `previousData`, and returns its number.
  mutating func define(_ payload: PaddedBytes, previousData: UInt64) throws(TraceError.Problem) -> Int {
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
    let dataCount = Int(count) - fetches
    guard slotCount + dataCount <= columns.slotCount else { throw .illegal("more data slots than announced") }
    guard fetches == 0 || operations[operationCount].isFetch else {
      throw .illegal("a basic block with a fetch that does not start with one")
    }
    if fetches > 0 {
      expectedStart &+= ZigZag.decode(try payload.varint(at: &definition, before: end))
    }
    addEntry(count: Int(count), fetches: fetches, previousData: previousData)
    return entryCount - 1
  }

  private mutating func addEntry(count: Int, fetches: Int, previousData: UInt64) {
    let start = Canonical.extend(expectedStart)
    let page = start >> 12
    var isPlain = count - fetches <= 32
    var slot = slotCount
    for index in 0..<count {
      let operation = operations[operationCount + index]
      if operation.isFetch {
        let address = Canonical.extend(expectedStart)
        if address >> 12 != page || address & 4095 > operation.lastWhole { isPlain = false }
        expectedStart = address &+ UInt64(operation.size)
      } else {
        slots[slot] = Slot(
          last: previousData, stride: 0, spatial: 0, ordinal: UInt32(index),
          lastWhole: UInt16(operation.lastWhole), flags: operation.isWrite ? 2 : 0)
        slot += 1
      }
    }
    entries[entryCount] = Entry(
      start: start, page: page, firstSlot: Int32(slotCount), firstOperation: Int32(operationCount),
      successor: Int32(entryCount), count: UInt8(count), dataCount: UInt8(count - fetches),
      fetchCount: UInt8(fetches), isPlain: isPlain)
    entryCount += 1
    slotCount = slot
    operationCount += count
  }

  /// Checks that the stream ended where its columns do.
  func finish() throws(TraceError.Problem) {
    guard progress.pendingRun == 0, partial.operation == 0 else {
      throw .illegal("more basic blocks than the block has records")
    }
    guard entryCount == columns.entryCount, slotCount == columns.slotCount,
      definition == columns.definitions.upperBound, progress.number == columns.numbers.upperBound,
      progress.run == columns.runs.upperBound, progress.choice == columns.choices.upperBound,
      progress.literal == columns.literals.upperBound
    else { throw .illegal("bytes are left over behind a stream of basic blocks") }
  }
}

/// Where the columns of one owner's stream of basic blocks lie in the payload of a block.
struct BasicBlockColumns {
  var recordCount: Int
  var entryCount: Int
  var slotCount: Int
  /// Counts and operations of the dictionary's entries.
  var definitions: Range<Int>
  /// Where their fetches start, and where their data records lie the first time.
  var addresses: Range<Int>
  /// Entries named, where the prediction fails.
  var numbers: Range<Int>
  /// Entries predicted, behind each that is named.
  var runs: Range<Int>
  /// How each data address is predicted.
  var choices: Range<Int>
  var literalCounts: Range<Int>
  var literalShapes: Range<Int>
  var literals: Range<Int>

  /// Reads the sizes at the cursor and steps over the columns.
  init(_ cursor: inout ByteCursor, recordCount: Int) throws(TraceError.Problem) {
    self.recordCount = recordCount
    entryCount = try cursor.varint(upTo: recordCount, "the basic blocks of a dictionary")
    slotCount = try cursor.varint(upTo: recordCount, "the data slots of a dictionary")
    let columns = try cursor.columns(8)
    definitions = columns[0]
    addresses = columns[1]
    numbers = columns[2]
    runs = columns[3]
    choices = columns[4]
    literalCounts = columns[5]
    literalShapes = columns[6]
    literals = columns[7]
    guard entryCount <= definitions.count, slotCount <= definitions.count else {
      throw .illegal("a dictionary has more entries than definitions")
    }
  }
}

/// Where the columns of one owner's stream of basic blocks lie in the payload of a block.
struct BasicBlockColumns {
  var recordCount: Int
  var entryCount: Int
  var slotCount: Int
  var definitions: Range<Int>
  var runs: Range<Int>
  var numbers: Range<Int>
  var choices: Range<Int>
  var literals: Range<Int>

  /// Reads the sizes at the cursor and steps over the columns.
  init(_ cursor: inout ByteCursor, recordCount: Int) throws(TraceError.Problem) {
    self.recordCount = recordCount
    entryCount = try cursor.varint(upTo: recordCount, "the basic blocks of a dictionary")
    slotCount = try cursor.varint(upTo: recordCount, "the data slots of a dictionary")
    var sizes: [Int] = []
    for _ in 0..<5 { sizes.append(try cursor.varint(upTo: cursor.end, "the size of a column")) }
    var ranges: [Range<Int>] = []
    for size in sizes {
      let start = cursor.position
      _ = try cursor.take(size)
      ranges.append(start..<start + size)
    }
    definitions = ranges[0]
    runs = ranges[1]
    numbers = ranges[2]
    choices = ranges[3]
    literals = ranges[4]
  }
}

import Addressing
import Traces

/// Reads ChampSim's records, which follow each other without a header: of each instruction the fetch, then its loads,
/// then its stores (semantics rule 1). Addresses are virtual; sizes and owners are not told.
///
/// A load and a store of one instruction at one address stay two accesses, as ChampSim itself replays them. An
/// instruction at address 0 has no fetch: our exporter writes it around accesses that belong to no instruction.
struct ChampSimRecords {
  private var records: RecordReader

  init(_ input: ByteInput) { records = RecordReader(input) }

  /// Whether sixteen records at least, and every whole one, could be of this kind, and half of the instructions stand
  /// where the one before ends: an x86 instruction has 15 bytes at most (Intel SDM volume 2, section 2.3.11 [M]).
  ///
  /// A record has no mark of its own, so that shorter inputs are recognised by none, and must be named.
  static func recognises(_ start: [UInt8], _ layout: ChampSimLayout) -> Bool {
    let count = start.count / layout.length
    guard count >= 16, start.count == ImportFormat.sniffed || start.count % layout.length == 0 else {
      return false
    }
    var successors = 0
    var previous: UInt64 = 0
    for index in 0..<count {
      let at = index * layout.length
      let instruction = start.word(at: at)
      guard instruction != 0, isWellFormed(start, at, layout, operands(start, at, layout)) else {
        return false
      }
      if index > 0, instruction &- previous <= 15 { successors += 1 }
      previous = instruction
    }
    return successors * 2 >= count
  }

  // Inlined, so that the layout is a constant.
  @inline(__always)
  mutating func next(into block: inout RecordBlock, _ layout: ChampSimLayout) throws(ImportError) -> Bool {
    while !block.isFull {
      let unread = try records.unread(atLeast: layout.length)
      if unread.isEmpty { break }
      guard unread.count >= layout.length else { throw records.cutShort }
      let bytes = records.buffer
      let room = (RecordBlock.importCapacity - block.accesses.count - 1) / layout.maximumAccesses + 1
      let count = min(unread.count / layout.length, room)
      let taken = Self.append(bytes, unread.lowerBound, count, layout, to: &block)
      records.pass(taken * layout.length, records: UInt64(taken))
      if taken < count, let problem = Self.malformed(bytes, records.unpassed, layout) {
        throw records.malformed(problem.index, expected: problem.expected)
      }
    }
    return !block.isEmpty
  }

  /// Appends so many instructions, or those before the first malformed one; returns their number.
  @inline(__always)
  private static func append(
    _ bytes: [UInt8], _ start: Int, _ count: Int, _ layout: ChampSimLayout, to block: inout RecordBlock
  ) -> Int {
    var taken = 0
    block.append(upTo: count * layout.maximumAccesses) { output in
      while taken < count {
        let record = start + taken * layout.length
        let operands = operands(bytes, record, layout)
        guard isWellFormed(bytes, record, layout, operands) else { return }
        append(.fetch, bytes, record, to: &output)
        taken += 1
        if operands == 0 { continue }
        for word in layout.loads { append(.load, bytes, record + 8 * word, to: &output) }
        for word in layout.stores { append(.store, bytes, record + 8 * word, to: &output) }
      }
    }
    return taken
  }

  @inline(__always)
  private static func append(
    _ kind: AccessKind, _ bytes: [UInt8], _ at: Int, to output: inout OutputSpan<Access>
  ) {
    let address = bytes.word(at: at)
    if address != 0 { output.append(Access(kind, VirtualAddress(address), size: 0)) }
  }

  /// The bits that any address of an operand has in the record that starts there: most instructions have no operand.
  @inline(__always)
  private static func operands(_ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout) -> UInt64 {
    var operands: UInt64 = 0
    for word in layout.stores.lowerBound..<layout.loads.upperBound {
      operands |= bytes.word(at: start + 8 * word)
    }
    return operands
  }

  /// Whether nothing is wrong with the record that starts there, whose operands have these bits.
  @inline(__always)
  private static func isWellFormed(
    _ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout, _ operands: UInt64
  ) -> Bool {
    // Addresses of user programs are canonical all at once.
    ((bytes.word(at: start) | operands) >> 56 == 0 || hasCanonicalAddresses(bytes, start, layout))
      && bytes[start + 8] <= 1 && bytes[start + 9] <= bytes[start + 8]
  }

  private static func hasCanonicalAddresses(_ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout) -> Bool
  {
    var isCanonical = VirtualAddress(bytes.word(at: start)).isCanonical
    for word in layout.stores.lowerBound..<layout.loads.upperBound {
      isCanonical = VirtualAddress(bytes.word(at: start + 8 * word)).isCanonical && isCanonical
    }
    return isCanonical
  }

  /// What is wrong with the record that starts there, or nil.
  private static func malformed(_ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout) -> Malformed? {
    if bytes[start + 8] > 1 || bytes[start + 9] > bytes[start + 8] {
      return Malformed(index: start + 8, expected: "whether it is a branch, and a taken one, as 0 or 1 each")
    }
    if !VirtualAddress(bytes.word(at: start)).isCanonical {
      return Malformed(index: start, expected: "the canonical address of an instruction")
    }
    for word in layout.stores.lowerBound..<layout.loads.upperBound
    where !VirtualAddress(bytes.word(at: start + 8 * word)).isCanonical {
      return Malformed(index: start + 8 * word, expected: "a canonical address, or 0 for an empty slot")
    }
    return nil
  }
}

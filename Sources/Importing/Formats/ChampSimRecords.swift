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
      let record = start.span.bytes.extracting(at..<at + layout.length)
      let instruction = word(0, of: record)
      guard instruction != 0, isWellFormed(record, layout, operands(of: record, layout)) else { return false }
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
      if taken == count { continue }
      let start = records.unpassed
      let record = bytes.span.bytes.extracting(start..<start + layout.length)
      if let problem = Self.malformed(record, layout) {
        throw records.malformed(start + problem.index, expected: problem.expected)
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
        // Of a length that the compiler knows, so that what is read of it needs no checks of its own, which were most of
        // what a record took.
        let at = start + taken * layout.length
        let record = bytes.span.bytes.extracting(at..<at + layout.length)
        let operands = operands(of: record, layout)
        guard isWellFormed(record, layout, operands) else { return }
        append(.fetch, word(0, of: record), to: &output)
        taken += 1
        if operands == 0 { continue }
        for place in layout.loads { append(.load, word(place, of: record), to: &output) }
        for place in layout.stores { append(.store, word(place, of: record), to: &output) }
      }
    }
    return taken
  }

  /// An address of 0 is an empty slot.
  @inline(__always)
  private static func append(_ kind: AccessKind, _ address: UInt64, to output: inout OutputSpan<Access>) {
    if address != 0 { output.append(Access(kind, VirtualAddress(address), size: 0)) }
  }

  @inline(__always)
  private static func word(_ place: Int, of record: RawSpan) -> UInt64 {
    UInt64(littleEndian: record.unsafeLoadUnaligned(fromByteOffset: 8 * place, as: UInt64.self))
  }

  @inline(__always)
  private static func byte(_ place: Int, of record: RawSpan) -> UInt8 {
    record.unsafeLoad(fromByteOffset: place, as: UInt8.self)
  }

  /// The bits that any address of an operand has: most instructions have no operand.
  @inline(__always)
  private static func operands(of record: RawSpan, _ layout: ChampSimLayout) -> UInt64 {
    var operands: UInt64 = 0
    for place in layout.stores.lowerBound..<layout.loads.upperBound { operands |= word(place, of: record) }
    return operands
  }

  /// Whether nothing is wrong with a record whose operands have these bits.
  @inline(__always)
  private static func isWellFormed(_ record: RawSpan, _ layout: ChampSimLayout, _ operands: UInt64) -> Bool {
    // Addresses of user programs are canonical all at once.
    ((word(0, of: record) | operands) >> 56 == 0 || hasCanonicalAddresses(record, layout))
      && hasBranchFlags(record)
  }

  @inline(__always)
  private static func hasBranchFlags(_ record: RawSpan) -> Bool {
    byte(8, of: record) <= 1 && byte(9, of: record) <= byte(8, of: record)
  }

  private static func hasCanonicalAddresses(_ record: RawSpan, _ layout: ChampSimLayout) -> Bool {
    var isCanonical = VirtualAddress(word(0, of: record)).isCanonical
    for place in layout.stores.lowerBound..<layout.loads.upperBound {
      isCanonical = VirtualAddress(word(place, of: record)).isCanonical && isCanonical
    }
    return isCanonical
  }

  /// What is wrong with a record, or nil.
  private static func malformed(_ record: RawSpan, _ layout: ChampSimLayout) -> Malformed? {
    if !hasBranchFlags(record) {
      return Malformed(index: 8, expected: "whether it is a branch, and a taken one, as 0 or 1 each")
    }
    if !VirtualAddress(word(0, of: record)).isCanonical {
      return Malformed(index: 0, expected: "the canonical address of an instruction")
    }
    for place in layout.stores.lowerBound..<layout.loads.upperBound
    where !VirtualAddress(word(place, of: record)).isCanonical {
      return Malformed(index: 8 * place, expected: "a canonical address, or 0 for an empty slot")
    }
    return nil
  }
}

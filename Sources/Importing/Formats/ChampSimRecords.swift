import Addressing
import Traces

/// Reads ChampSim's records, which follow each other without a header: of each instruction the fetch, then its loads,
/// then its stores (semantics rule 1). Addresses are virtual; sizes and owners are not told.
///
/// A load and a store of one instruction at one address stay two accesses, as ChampSim itself replays them. An
/// instruction at address 0 has no fetch: our exporter writes it around accesses that belong to no instruction.
struct ChampSimRecords {
  private var records: RecordReader
  private let layout: ChampSimLayout

  init(_ input: ByteInput, _ layout: ChampSimLayout) {
    records = RecordReader(input)
    self.layout = layout
  }

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
      guard instruction != 0, malformed(start, at, layout) == nil else { return false }
      if index > 0, instruction &- previous <= 15 { successors += 1 }
      previous = instruction
    }
    return successors * 2 >= count
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    let layout = layout
    while !block.isFull {
      let unread = try records.unread(atLeast: layout.length)
      if unread.isEmpty { break }
      guard unread.count >= layout.length else { throw records.cutShort }
      let bytes = records.buffer
      if let problem = Self.malformed(bytes, unread.lowerBound, layout) {
        throw records.malformed(problem.index, expected: problem.expected)
      }
      Self.append(bytes, unread.lowerBound, layout, to: &block)
      records.pass(layout.length)
    }
    return !block.isEmpty
  }

  private static func append(
    _ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout, to block: inout RecordBlock
  ) {
    append(.fetch, bytes, start, to: &block)
    for at in stride(from: layout.loads.lowerBound, to: layout.loads.upperBound, by: 8) {
      append(.load, bytes, start + at, to: &block)
    }
    for at in stride(from: layout.stores.lowerBound, to: layout.stores.upperBound, by: 8) {
      append(.store, bytes, start + at, to: &block)
    }
  }

  @inline(__always)
  private static func append(_ kind: AccessKind, _ bytes: [UInt8], _ at: Int, to block: inout RecordBlock) {
    let address = bytes.word(at: at)
    if address != 0 { block.append(Access(kind, VirtualAddress(address), size: 0)) }
  }

  /// What is wrong with the record that starts there, or nil.
  private static func malformed(_ bytes: [UInt8], _ start: Int, _ layout: ChampSimLayout) -> Malformed? {
    if bytes[start + 8] > 1 || bytes[start + 9] > bytes[start + 8] {
      return Malformed(index: start + 8, expected: "whether it is a branch, and a taken one, as 0 or 1 each")
    }
    if !VirtualAddress(bytes.word(at: start)).isCanonical {
      return Malformed(index: start, expected: "the canonical address of an instruction")
    }
    for at in stride(from: layout.stores.lowerBound, to: layout.loads.upperBound, by: 8)
    where !VirtualAddress(bytes.word(at: start + at)).isCanonical {
      return Malformed(index: start + at, expected: "a canonical address, or 0 for an empty slot")
    }
    return nil
  }
}

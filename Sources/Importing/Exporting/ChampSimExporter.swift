import Addressing
import Traces

/// Writes ChampSim's `input_instr` records: of each fetch an instruction, with the loads and stores up to the next.
///
/// What a record cannot carry: sizes, so that an access to two pages becomes one to the first; owners, so that address
/// spaces fall together; events; the order of loads and stores of one instruction, where loads come first; an access
/// to address 0, which is an empty slot. A modify is a load and a store. An instruction has room for 4 loads and 2
/// stores; with more of them it is written again, which is another fetch. Accesses before the first fetch stand one by
/// one in instructions at address 0. Branches and registers, which no trace of ours tells, are left 0.
///
/// ChampSim's own reader (`tracereader.cc`, at 2ff250115857), built apart, gave every instruction of exports of five
/// bundled traces with its loads and stores as their text exports tell them, but for the last one: it keeps that back,
/// for it cannot know where a branch there would go [V].
struct ChampSimExporter: TraceExporter {
  private static let layout = ChampSimLayout.plain

  /// The record to be written when the next begins, in words of 8 bytes.
  private var record = [UInt64](repeating: 0, count: layout.length / 8)
  private var isPending = false
  private var loads = 0
  private var stores = 0

  private var events: UInt64 = 0
  private var modifies: UInt64 = 0
  private var repeated: UInt64 = 0
  private var reordered: UInt64 = 0
  private var crossings: UInt64 = 0
  private var empty: UInt64 = 0
  private var firstSpace: Owner?
  private var hasSeveralSpaces = false

  var remarks: [String] {
    let counts: [(UInt64, one: String, many: String, what: String)] = [
      (events, "event was", "events were", "left out: ChampSim's records have no place for them"),
      (modifies, "modify was", "modifies were", "written as a load and a store"),
      (
        repeated, "instruction was", "instructions were",
        "written again, for loads and stores that had no room"
      ),
      (reordered, "load was", "loads were", "moved before a store of the same instruction"),
      (crossings, "access to two pages was", "accesses to two pages were", "written without the second"),
      (
        empty, "access to address 0 was", "accesses to address 0 were",
        "left out: it stands for an empty slot"
      ),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0.counting($0.one, $0.many)) \($0.what)" }
      + (hasSeveralSpaces ? ["several address spaces fell together: records name none"] : [])
  }

  /// Nothing: the records have no comments.
  func begin(comments: [String], into output: inout [UInt8]) {}

  mutating func append(_ block: RecordBlock, into output: inout [UInt8]) {
    events += UInt64(block.events.count)
    for span in block.spans { note(span.owner) }
    for access in block.accesses {
      if access.address.rawValue == 0 {
        empty += 1
        continue
      }
      if access.crossesPage { crossings += 1 }
      switch access.kind {
      case .fetch: begin(access.address, into: &output)
      case .load: load(access.address, into: &output)
      case .store: store(access.address, into: &output)
      case .modify:
        modifies += 1
        load(access.address, into: &output)
        store(access.address, into: &output)
      }
    }
  }

  mutating func end(into output: inout [UInt8]) { flush(into: &output) }

  private mutating func note(_ owner: Owner) {
    let space = Owner(vm: owner.vm, addressSpace: owner.addressSpace)
    if firstSpace == nil { firstSpace = space }
    if firstSpace != space { hasSeveralSpaces = true }
  }

  private mutating func begin(_ instruction: VirtualAddress, into output: inout [UInt8]) {
    flush(into: &output)
    record[0] = instruction.rawValue
    isPending = true
  }

  private mutating func load(_ address: VirtualAddress, into output: inout [UInt8]) {
    makeRoom(taken: loads, of: Self.layout.loads, into: &output)
    if stores > 0 { reordered += 1 }
    record[Self.layout.loads.lowerBound + loads] = address.rawValue
    loads += 1
  }

  private mutating func store(_ address: VirtualAddress, into output: inout [UInt8]) {
    makeRoom(taken: stores, of: Self.layout.stores, into: &output)
    record[Self.layout.stores.lowerBound + stores] = address.rawValue
    stores += 1
  }

  /// Begins the instruction again where its slots are taken. One at address 0 is no instruction, and takes one access.
  private mutating func makeRoom(taken: Int, of slots: Range<Int>, into output: inout [UInt8]) {
    let instruction = record[0]
    if instruction == 0 {
      begin(VirtualAddress(0), into: &output)
    } else if taken == slots.count {
      repeated += 1
      begin(VirtualAddress(instruction), into: &output)
    }
  }

  private mutating func flush(into output: inout [UInt8]) {
    guard isPending else { return }
    for index in record.indices {
      withUnsafeBytes(of: record[index].littleEndian) { output.append(contentsOf: $0) }
      record[index] = 0
    }
    isPending = false
    (loads, stores) = (0, 0)
  }
}

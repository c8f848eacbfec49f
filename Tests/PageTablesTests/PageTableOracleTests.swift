import Addressing
import PageTables
import Testing

/// Random changes of a table, beside the oracle.
struct TableExercise {
  var table: GuestTable
  var frames = tableFrames()
  let root: GuestTable.Node
  var oracle = TableOracle()
  var random: SplitMix64

  init(levels: Int, seed: UInt64) throws {
    table = try GuestTable(levels: levels)
    root = try table.makeRoot(frames: &frames)
    random = SplitMix64(seed: seed)
  }

  /// One random change. The closures see what the table reports.
  mutating func step(
    onLink: (RealAddress, Int, [TableEntry]) -> Void = { _, _, _ in },
    onStore: (TableStore<Real>) -> Void = { _ in }
  ) throws {
    let choice = Int.random(in: 0..<10, using: &random)
    if choice < 5 { return try map(onStore: onStore) }
    guard let start = oracle.starts.randomElement(using: &random) else { return }
    let size = oracle.pages[start >> 12]?.size ?? .size4K
    let input = VirtualAddress(start).advanced(by: random.next() & (size.bytes - 1))
    switch choice {
    case 5..<8:
      table.unmap(
        root: root, input, keepingTables: choice == 7, frames: &frames, onStore: onStore)
      oracle.unmap(at: input.rawValue)
    case 8:
      let permissions = PageTableEntry.Flags.permissions.rawValue & random.next()
      table.protect(
        root: root, input, permissions: PageTableEntry.Flags(rawValue: permissions), onStore: onStore)
      oracle.protect(at: input.rawValue, permissions: permissions)
    default:
      let end = table.walk(root: root, input)
      guard end.level > 1 else { return }
      try table.split(end.node, end.index, frames: &frames, onLink: onLink, onStore: onStore)
      oracle.split(at: input.rawValue)
    }
  }

  private mutating func map(onStore: (TableStore<Real>) -> Void) throws {
    let sizes = PageSize.allCases.filter {
      $0.leafLevel <= table.levels && ($0 != .size1G || table.levels > 2)
    }
    // 4 KiB pages are the most frequent; large ones are dear in the oracle.
    let size =
      Int.random(in: 0..<80, using: &random) == 0 ? sizes[sizes.count - 1] : sizes[Int(random.next() % 2)]
    let input = randomPage(size)
    let output = RealAddress(random.next() & 0xFF_FFFF_FFFF).alignedDown(to: size)
    let permissions = PageTableEntry.Flags.permissions.rawValue & random.next()
    var refused = false
    do {
      try table.map(
        root: root, input, to: output, size: size, flags: PageTableEntry.Flags(rawValue: permissions),
        frames: &frames, onStore: onStore)
    } catch {
      guard case .occupied = error else { throw error }
      refused = true
    }
    // A table left in place by an earlier unmap also refuses a large page.
    if refused, size != .size4K { return }
    let mapped = oracle.map(input.rawValue, to: output.rawValue, size, permissions: permissions)
    #expect(mapped != refused)
  }

  /// A page of few distinct numbers at each level, in both halves of the address space.
  mutating func randomPage(_ size: PageSize) -> VirtualAddress {
    var bits: UInt64 = 0
    for level in 1...table.levels {
      bits |= [0, 1, 255, 256, 511][Int(random.next() % 5)] << UInt64(3 + 9 * level)
    }
    return table.shape.canonical(bits).alignedDown(to: size)
  }

  func agrees(at input: VirtualAddress) -> Bool {
    let end = table.walk(root: root, input)
    guard let page = oracle.pages[input.rawValue >> 12] else { return !end.isMapped }
    return end.size == page.size
      && table.translate(root: root, input)?.rawValue == page.output + input.offset(in: .size4K)
      && end.entry.flags.intersection(.permissions).rawValue == page.permissions
  }
}

@Suite struct PageTableOracleTests {
  @Test(arguments: [2, 3, 4, 5])
  func randomChangesGiveWhatADictionaryGives(levels: Int) throws {
    for seed in UInt64(1)...3 {
      var exercise = try TableExercise(levels: levels, seed: seed)
      for step in 0..<400 {
        try exercise.step()
        for _ in 0..<8 {
          let input = exercise.randomPage(.size4K).advanced(by: 0x10)
          #expect(exercise.agrees(at: input), "seed \(seed) step \(step) at \(input)")
        }
      }
      for start in exercise.oracle.starts {
        #expect(exercise.agrees(at: VirtualAddress(start)), "seed \(seed) at the end")
      }
      #expect(exercise.frames.allocatedBytes == exercise.table.bytes)
      exercise.table.release(root: exercise.root, frames: &exercise.frames, onStore: { _ in })
      #expect(exercise.table.nodeCount == 0 && exercise.frames.allocatedBytes == 0)
    }
  }
}

import Addressing
import PageTables
import Testing

/// What a page table reports, in order, as a guest's events tell it.
enum Report {
  case linked(RealAddress, Int, [TableEntry])
  case stored(TableStore<Real>)
}

extension GuestTables {
  /// Applies a report as the events that a guest model makes of it.
  mutating func apply(_ report: Report) throws -> TableChange? {
    switch report {
    case .linked(let frame, let level, let entries):
      try link(frame, level: level, entries: entries)
      return nil
    case .stored(let store): return try self.store(store.address, width: 8, value: store.new.rawValue)
    }
  }
}

@Suite struct GuestTablesReplayTests {
  @Test(arguments: [2, 3, 4, 5])
  func replayingTheStoresOfATableGivesItsWalksEverywhere(levels: Int) throws {
    for seed in UInt64(1)...3 {
      var exercise = try TableExercise(levels: levels, seed: seed)
      var guest = GuestTables(exercise.table.shape)
      try guest.link(exercise.table.address(of: exercise.root), level: levels, entries: [])
      let root = try #require(guest.root(at: exercise.table.address(of: exercise.root)))
      for step in 0..<400 {
        var reports: [Report] = []
        try exercise.step(
          onLink: { reports.append(.linked($0, $1, $2)) }, onStore: { reports.append(.stored($0)) })
        for report in reports {
          let change = try guest.apply(report)
          guard case .stored(let store) = report else { continue }
          #expect(change?.old == store.old && change?.new == store.new, "seed \(seed) step \(step)")
        }
        #expect(guest.bytes == exercise.table.bytes, "seed \(seed) step \(step)")
      }
      var inputs = exercise.oracle.starts.map { VirtualAddress($0) }
      for _ in 0..<2000 { inputs.append(exercise.randomPage(.size4K)) }
      for input in inputs {
        let told = guest.walk(root: root, input)
        let original = exercise.table.walk(root: exercise.root, input)
        #expect(told.entry == original.entry && told.level == original.level, "seed \(seed) at \(input)")
        #expect(
          guest.table.entryAddress(told.node, told.index)
            == exercise.table.entryAddress(original.node, original.index), "seed \(seed) at \(input)")
        let base = TableShape.span(ofEntryAt: told.level + 1) - 1
        let places = told.level == levels ? [0] : [input.rawValue & ~base]
        let bases = try guest.placements(of: told.node).map(\.base.rawValue)
        #expect(bases == places, "seed \(seed) at \(input)")
      }
      var reports: [Report] = []
      exercise.table.release(root: exercise.root, frames: &exercise.frames) { reports.append(.stored($0)) }
      for report in reports { _ = try guest.apply(report) }
      #expect(guest.bytes == UInt64(4096), "seed \(seed): only the root is left")
    }
  }
}

@Suite struct GuestTablesTests {
  let top = RealAddress(0x10_0000)
  let pointer: UInt64 = 0x7
  var guest: GuestTables

  init() throws {
    guest = GuestTables(try TableShape(levels: 4))
    try guest.link(top, level: 4, entries: [])
  }

  /// Stores an entry at `index` of the table at `table`.
  mutating func set(_ table: RealAddress, _ index: UInt64, _ value: UInt64) throws -> TableChange {
    try #require(try guest.store(table.advanced(by: index * 8), width: 8, value: value))
  }

  @Test mutating func aPresentEntryMakesATableOfAnUnknownFrame() throws {
    let change = try set(top, 1, 0x20_0000 | pointer)
    #expect(change.madePresent && change.madeChild && !change.isLeaf)
    #expect(guest.table.address(of: change.linkedChild) == RealAddress(0x20_0000))
    #expect(guest.isTable(RealAddress(0x20_0FFF)) && !guest.isTable(RealAddress(0x20_1000)))
    let cleared = try set(top, 1, 0)
    #expect(
      cleared.cleared && cleared.narrowed && cleared.removedTables.map(\.frame) == [RealAddress(0x20_0000)])
    #expect(!guest.isTable(RealAddress(0x20_0000)) && guest.bytes == 4096)
  }

  @Test mutating func storesToOtherMemoryChangeNothing() throws {
    #expect(try guest.store(RealAddress(0x5000), width: 8, value: 7) == nil)
  }

  @Test mutating func narrowStoresMergeIntoTheEntry() throws {
    for (byte, width, value) in [(0, 4, 0x20_0007), (4, 2, 0x1), (6, 1, 0), (7, 1, 0x80)]
      as [(UInt64, UInt8, UInt64)]
    {
      _ = try guest.store(top.advanced(by: byte), width: width, value: value)
    }
    #expect(guest.table.entry(try #require(guest.root(at: top)), 0).rawValue == 0x8000_0001_0020_0007)
    for (byte, width) in [(4, 8), (1, 3), (7, 2), (0, 0)] as [(UInt64, UInt8)] {
      #expect(throws: TableError.malformedStore(address: top.advanced(by: byte), width: width)) {
        try guest.store(top.advanced(by: byte), width: width, value: 0)
      }
    }
  }

  @Test mutating func sharedTablesOutliveAllParentsButTheLast() throws {
    let second = RealAddress(0x11_0000)
    let kernel = RealAddress(0x30_0000)
    try guest.link(second, level: 4, entries: [])
    _ = try set(top, 256, kernel.rawValue | pointer)
    _ = try set(second, 256, kernel.rawValue | pointer)
    _ = try set(kernel, 3, 0x4000_0000 | 0x83)
    let node = try #require(guest.node(holding: kernel))
    let base = VirtualAddress(0xFFFF_8000_0000_0000)
    #expect(try guest.placements(of: node).map(\.root) == [top, second])
    #expect(try guest.placements(of: node).map(\.base) == [base, base])
    let root = try #require(guest.root(at: second))
    #expect(guest.walk(root: root, base.advanced(by: 3 << 30)).size == .size1G)
    #expect(guest.retire(top).map(\.frame) == [top])
    #expect(try guest.placements(of: node).map(\.root) == [second])
    #expect(guest.walk(root: root, base.advanced(by: 3 << 30)).size == .size1G)
    #expect(guest.retire(second).map(\.frame) == [second, kernel])
    #expect(guest.bytes == 0)
  }

  @Test mutating func aTableLinkedWithContentsIsReachedWhenAnEntryPointsToIt() throws {
    let table = RealAddress(0x30_0000)
    #expect(
      try guest.link(table, level: 3, entries: [TableEntry(index: 2, value: 0x8000_0000 | 0x83)]).isEmpty)
    let change = try set(top, 0, table.rawValue | pointer)
    #expect(change.linkedChild == guest.node(holding: table) && !change.madeChild)
    let root = try #require(guest.root(at: top))
    #expect(guest.table.translate(root: root, VirtualAddress(0x8000_1234)) == RealAddress(0x8000_1234))
    // Told again with other contents, as a checkpoint does: the differences come back.
    let changes = try guest.link(table, level: 3, entries: [TableEntry(index: 1, value: 0x4000_0000 | 0x83)])
    #expect(changes.map(\.index) == [1, 2] && changes.map(\.cleared) == [false, true])
    #expect(guest.unlink(table).map(\.frame) == [table])
    #expect(!guest.walk(root: root, VirtualAddress(0x4000_0000)).isMapped)
  }

  @Test mutating func oneFrameIsATableOfOneLevel() throws {
    _ = try set(top, 0, 0x20_0000 | pointer)
    _ = try set(RealAddress(0x20_0000), 0, 0x21_0000 | pointer)
    #expect(throws: TableError.conflictingLevels(frame: RealAddress(0x20_0000), known: 3, wanted: 1)) {
      try guest.store(RealAddress(0x21_0000), width: 8, value: 0x20_0000 | pointer)
    }
    #expect(throws: TableError.conflictingLevels(frame: top, known: 4, wanted: 3)) {
      try guest.store(top, width: 8, value: top.rawValue | pointer)
    }
    #expect(throws: TableError.malformedTable(address: top, level: 6)) {
      try guest.link(top, level: 6, entries: [])
    }
    // Out of use, it may serve at another level.
    _ = try set(RealAddress(0x20_0000), 0, 0)
    _ = try set(RealAddress(0x20_0000), 1, 0x22_0000 | pointer)
    _ = try set(RealAddress(0x22_0000), 1, 0x21_0000 | pointer)
    #expect(guest.node(holding: RealAddress(0x21_0000)).map { guest.table.level(of: $0) } == 1)
  }

  @Test mutating func largePagesMayNotHoldATable() throws {
    let inside = RealAddress(0x4040_0000)
    func largest(_ real: UInt64) -> PageSize {
      guest.largestUnprotectedSize(around: RealAddress(real), upTo: .size1G)
    }
    #expect(largest(0x4030_0000) == .size1G)
    _ = try set(top, 0, inside.rawValue | pointer)
    #expect(largest(0x4030_0000) == .size2M)
    #expect(largest(0x4050_0000) == .size4K)
    #expect(largest(0x8000_0000) == .size1G)
    #expect(guest.largestUnprotectedSize(around: RealAddress(0x8000_0000), upTo: .size2M) == .size2M)
    _ = try set(top, 0, 0)
    #expect(largest(0x4050_0000) == .size1G)
  }

  @Test mutating func anEntryStaysTouchedUntilItsMarkIsRemoved() throws {
    let table = RealAddress(0x30_0000)
    _ = try set(top, 0, table.rawValue | pointer)
    let leaf = try set(table, 5, 0x4000_0000 | 0x87)
    #expect(!guest.markTouched(leaf.node, leaf.index) && guest.markTouched(leaf.node, leaf.index))
    let narrowed = try set(table, 5, 0x4000_0000 | 0x85)
    #expect(narrowed.narrowed && !narrowed.changedFrame && !narrowed.cleared)
    #expect(guest.isTouched(leaf.node, leaf.index))
    let moved = try set(table, 5, 0x8000_0000 | 0x85)
    #expect(moved.changedFrame && !moved.narrowed && guest.isTouched(leaf.node, leaf.index))
    guest.clearTouched(leaf.node, leaf.index)
    #expect(!guest.isTouched(leaf.node, leaf.index))
    let forbidden = try set(table, 5, 1 << 63 | 0x8000_0000 | 0x85)
    #expect(forbidden.narrowed && !forbidden.changedFrame)
  }

  /// Changes of the tables above it put another leaf where a touched one was. The replaced tables stay under further
  /// entries, with their marks.
  @Test mutating func aPageIsTouchedAnewUnderOtherTables() throws {
    let tables = (2...7).map { RealAddress($0 << 20) }
    let page = VirtualAddress(0x5000)
    for (table, next) in zip([top] + tables, tables.prefix(3)) {
      _ = try set(table, 0, next.rawValue | pointer)
    }
    _ = try set(tables[2], 5, 0x4000_0000 | 0x87)
    let root = try #require(guest.root(at: top))
    #expect(guest.markTouched(root: root, page) && !guest.markTouched(root: root, page))
    #expect(guest.markTouched(root: root, VirtualAddress(0x6000)) == false, "nothing is mapped there")

    // Another leaf table for the region, then a large page in its place, then none.
    _ = try set(tables[1], 1, tables[2].rawValue | pointer)
    _ = try set(tables[1], 2, tables[3].rawValue | pointer)
    _ = try set(tables[1], 0, tables[3].rawValue | pointer)
    #expect(guest.markTouched(root: root, page) == false, "nothing is mapped there any longer")
    _ = try set(tables[3], 5, 0x5000_0000 | 0x87)
    #expect(guest.markTouched(root: root, page) && !guest.markTouched(root: root, page))
    let large = try set(tables[1], 0, 0x8000_0000 | 0x87)
    #expect(large.isLeaf && guest.markTouched(root: root, page) && !guest.markTouched(root: root, page))
    _ = try set(tables[1], 0, 0)
    #expect(guest.markTouched(root: root, page) == false)

    // The same page number under another root.
    try guest.link(tables[4], level: 4, entries: [])
    let other = try #require(guest.root(at: tables[4]))
    #expect(guest.markTouched(root: other, page) == false)
    _ = try set(tables[4], 0, tables[0].rawValue | pointer)
    _ = try set(tables[1], 0, tables[5].rawValue | pointer)
    _ = try set(tables[5], 5, 0x6000_0000 | 0x87)
    #expect(guest.markTouched(root: other, page) && !guest.markTouched(root: root, page))
    guest.unlink(tables[5])
    #expect(!guest.markTouched(root: root, page) && !guest.markTouched(root: other, page))
    _ = try set(tables[1], 0, 0)
    _ = try set(tables[1], 0, tables[5].rawValue | pointer)
    _ = try set(tables[5], 5, 0x6000_0000 | 0x87)
    #expect(guest.markTouched(root: root, page) && !guest.markTouched(root: other, page))
  }

  @Test func aWideRootIsOneTableOfManyFrames() throws {
    var guest = GuestTables(try TableShape(levels: 2, rootSize: .size2M))
    let root = RealAddress(4 << 20)
    try guest.link(root, level: 2, entries: [])
    let input = VirtualAddress(0x1F_FEFF_F000)
    let entry = root.advanced(by: (input.rawValue >> 21) * 8)
    let change = try #require(try guest.store(entry, width: 8, value: 0x30_0007))
    #expect(change.level == 2 && change.madeChild)
    _ = try guest.store(RealAddress(0x30_0000 + 511 * 8), width: 8, value: 0x7000_0007)
    let node = try #require(guest.root(at: root))
    #expect(guest.table.translate(root: node, input.advanced(by: 4)) == RealAddress(0x7000_0004))
    #expect(try guest.placements(of: change.linkedChild).map(\.base) == [input.alignedDown(to: .size2M)])
    #expect(guest.isTable(entry) && guest.bytes == (2 << 20) + 4096)
    #expect(guest.retire(root).count == 2 && guest.bytes == 0)
  }

  /// Each of the upper tables leads to one table 512 times.
  @Test func placesAreListedUpToABound() throws {
    var guest = GuestTables(try TableShape(levels: 4))
    let frames: [UInt64] = [0x1000, 0x2000, 0x3000, 0x4000]
    try guest.link(RealAddress(frames[0]), level: 4, entries: [])
    for (table, child) in zip(frames, frames.dropFirst()) {
      for index in 0..<512 as Range<UInt64> {
        _ = try guest.store(RealAddress(table + 8 * index), width: 8, value: child | 0x27)
      }
    }
    let nodes = try frames.map { try #require(guest.node(holding: RealAddress($0))) }
    let places = try guest.placements(of: nodes[1])
    let bases = (0..<512 as Range<UInt64>).map { $0 << 39 | ($0 > 255 ? 0xffff << 48 : 0) }
    #expect(places.map(\.base.rawValue) == bases)
    for node in nodes[2...] {
      let error = TableError.tooManyPlaces(
        table: guest.table.address(of: node), steps: GuestTables.placementSteps)
      #expect(throws: error) { try guest.placements(of: node) }
    }
  }
}

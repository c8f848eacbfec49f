import Addressing
import Machines
import PageTables
import Testing

/// Events counted by hand from semantics rule 16.
@Suite struct GuestModelCountTests {
  /// A page whose tables nothing else shares.
  private static let page: UInt64 = 0x7_0000_0000

  private struct Outcome {
    var events: [[Event]] = []
    var model: GuestModel

    func count(_ run: Int, _ matches: (Event) -> Bool) -> Int { events[run].count(where: matches) }
    func stores(_ run: Int) -> Int { count(run) { if case .tableStore = $0 { true } else { false } } }
    func faults(_ run: Int) -> Int { count(run) { if case .pageFault = $0 { true } else { false } } }
    func invalidations(_ run: Int) -> Int {
      count(run) { if case .invalidatePage = $0 { true } else { false } }
    }
    func rootLoads(_ run: Int) -> Int { count(run) { if case .controlRegister = $0 { true } else { false } } }
    func linked(_ run: Int) -> Int { count(run) { if case .tableLinked = $0 { true } else { false } } }
    func unlinked(_ run: Int) -> Int { count(run) { if case .tableUnlinked = $0 { true } else { false } } }
  }

  /// Runs a script; the events that stand before each run, and after the last, apart.
  private func run(_ steps: [GuestScript.Step], _ settings: [String: String] = [:]) throws -> Outcome {
    let settings = ["guest.zero-page": "on"].merging(settings) { $1 }
    let changes = settings.sorted { $0.key < $1.key }.map { SettingChange($0.key, $0.value, source: "test") }
    var model = try GuestModel(Machine(changes: changes))
    let block = GuestScript(steps).block
    var events: [GuestEvent] = []
    try model.advance(block, into: &events)
    var outcome = Outcome(model: model)
    outcome.events = (0...block.runs.count).map { run in
      events.filter { $0.runIndex == run }.map(\.event)
    }
    return outcome
  }

  private static func touchAll(_ count: UInt64) -> [GuestScript.Step] {
    (0..<count).map { .write(1, page + $0) }
  }

  @Test func aFirstWriteStoresOnceALevelWithTheLeafLast() throws {
    let outcome = try run([.event(1, .map(Self.page, 8)), .write(1, Self.page), .write(1, Self.page + 1)])
    // Root linked and loaded with the first event, then fault and four stores.
    guard case .tableLinked(let root, level: 4, entries: [], storesBefore: 0) = outcome.events[0][0],
      case .controlRegister(.cr3, let value) = outcome.events[0][1],
      case .pageFault(let address, let code, let privilege, nil) = outcome.events[0][2]
    else {
      Issue.record("\(outcome.events[0])")
      return
    }
    #expect(value == root.rawValue && root.rawValue != 0)
    #expect(address == VirtualAddress(Self.page << 12) && code == 6 && privilege == 3)
    #expect(outcome.stores(0) == 4)
    guard case .tableStore(_, 8, let leaf) = outcome.events[0].last else {
      Issue.record("\(outcome.events[0])")
      return
    }
    #expect(
      PageTableEntry(rawValue: leaf).flags == [.present, .writable, .user, .accessed, .dirty, .noExecute])
    #expect(outcome.stores(1) == 1 && outcome.faults(1) == 1)
  }

  @Test func aReadMapsTheZeroPageAndAWriteBreaksIt() throws {
    let page = Self.page
    let outcome = try run([
      .event(1, .map(page, 8)), .write(1, page), .read(1, page + 1), .read(1, page + 2), .write(1, page + 1),
      .write(1, page + 1), .read(1, page + 1),
    ])
    #expect(outcome.stores(1) == 1 && outcome.stores(2) == 1)
    guard case .tableStore(_, _, let first) = outcome.events[1].last,
      case .tableStore(_, _, let second) = outcome.events[2].last
    else {
      Issue.record("\(outcome.events[1]), \(outcome.events[2])")
      return
    }
    #expect(first == second, "both map one zero page")
    #expect(!PageTableEntry(rawValue: first).isWritable)
    // Fault, clear, INVLPG, set.
    guard case .pageFault(_, errorCode: 7, _, _) = outcome.events[3][0],
      case .tableStore(_, _, 0) = outcome.events[3][1], case .invalidatePage = outcome.events[3][2],
      case .tableStore(_, _, let own) = outcome.events[3][3]
    else {
      Issue.record("\(outcome.events[3])")
      return
    }
    #expect(outcome.events[3].count == 4)
    #expect(
      PageTableEntry(rawValue: own).address(in: Real.self)
        != PageTableEntry(rawValue: first).address(in: Real.self))
    #expect(outcome.events[4].isEmpty && outcome.events[5].isEmpty)
    #expect(outcome.model.statistics.zeroPageMappings == 2 && outcome.model.statistics.copies == 1)
  }

  @Test func withoutAZeroPageAReadMapsAWritablePage() throws {
    let outcome = try run(
      [.event(1, .map(Self.page, 8)), .read(1, Self.page), .write(1, Self.page)], ["guest.zero-page": "off"])
    #expect(outcome.stores(0) == 4 && outcome.events[1].isEmpty)
  }

  @Test func breakingWithOneStoreReplacesTheEntry() throws {
    let outcome = try run(
      [.event(1, .map(Self.page, 8)), .read(1, Self.page), .write(1, Self.page)], ["guest.break-stores": "1"])
    #expect(outcome.stores(1) == 1 && outcome.invalidations(1) == 1)
  }

  @Test func aFilePageIsCopiedByTheFirstWriteAfterARead() throws {
    let page = Self.page
    let outcome = try run([
      .event(1, .map(page, 8, [.read, .write], .file)), .read(1, page), .write(1, page), .write(1, page + 1),
    ])
    #expect(outcome.stores(0) == 4 && outcome.stores(1) == 2 && outcome.invalidations(1) == 1)
    #expect(outcome.stores(2) == 1, "a first write copies at once")
    #expect(outcome.model.statistics.zeroPageMappings == 0)
  }

  @Test func unmappingClearsLeavesThenTheTablesItEmptied() throws {
    let page = Self.page
    let outcome = try run(
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .unmap(page, 8)), .write(1, 0x1000)])
    let last = outcome.events[3]
    // Three leaves, and the three tables below the root.
    let stores = last.prefix { if case .pageFault = $0 { false } else { true } }
      .filter { if case .tableStore(_, _, let value) = $0 { value == 0 } else { false } }
    #expect(stores.count == 6)
    #expect(outcome.unlinked(3) == 3 && outcome.invalidations(3) == 3 && outcome.rootLoads(3) == 0)
  }

  @Test func tablesCanStayWhereTheyAre() throws {
    let page = Self.page
    let outcome = try run(
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .unmap(page, 8))],
      ["guest.table-clears": "off"])
    #expect(outcome.stores(3) == 3 && outcome.unlinked(3) == 0)
  }

  @Test(arguments: [33, 34])
  func flushesBeyondTheLimitAreOneRootLoad(pages: UInt64) throws {
    let page = Self.page
    let outcome = try run(
      [.event(1, .map(page, 64))] + Self.touchAll(pages) + [.event(1, .unmap(page, 64))])
    #expect(outcome.invalidations(Int(pages)) == (pages == 33 ? 33 : 0))
    #expect(outcome.rootLoads(Int(pages)) == (pages == 33 ? 0 : 1))
  }

  @Test func protectingStoresTwiceForEachPresentPage() throws {
    let page = Self.page
    let steps: [GuestScript.Step] =
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .protect(page, 8, .read)), .read(1, page)]
    #expect(try run(steps).stores(3) == 6)
    #expect(try run(steps).invalidations(3) == 3)
    #expect(try run(steps, ["guest.protect-stores": "1"]).stores(3) == 3)
  }

  @Test func theSameProtectionAgainChangesNothing() throws {
    let page = Self.page
    let steps =
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .protect(page, 8, [.read, .write]))]
    #expect(try run(steps).events[3].isEmpty)
  }

  @Test func discardedPagesAreClearedAndTheirTablesStay() throws {
    let page = Self.page
    let steps = [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .advise(page, 8, .discard))]
    let outcome = try run(steps)
    #expect(outcome.stores(3) == 3 && outcome.unlinked(3) == 0 && outcome.invalidations(3) == 3)
  }

  @Test func movingClearsAndSetsEachEntry() throws {
    let page = Self.page
    let outcome = try run(
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .remap(page, 8, to: page + 64, 16))])
    #expect(outcome.stores(3) == 6, "in the same leaf table")
    #expect(outcome.invalidations(3) == 3)
  }

  /// What had no pages has none to go on from, be it the first page of all or behind another mapping.
  @Test(arguments: [0, page + 8]) func aMappingOfNoPagesDoesNotGrow(at start: UInt64) throws {
    let mapped: [GuestScript.Step] = [.event(1, .map(Self.page, 8, [.read])), .read(1, Self.page + 7)]
    let grown = mapped + [.event(1, .remap(start, 0, to: start, 4)), .write(1, start)]
    #expect(try run(grown).events == run(mapped + [.write(1, start)]).events)
  }

  @Test func forkingProtectsTheParentAndCopiesEveryEntry() throws {
    let page = Self.page
    let outcome = try run(
      [.event(1, .map(page, 8))] + Self.touchAll(3) + [
        .read(1, page + 3), .event(1, .clone(child: 2, sharesMemory: false)), .write(1, page),
        .write(2, page),
        .write(2, page + 1), .write(1, page + 1),
      ])
    // Three writable entries of the parent, three tables and four entries of the child; the parent flushes; then
    // the parent's first write breaks its page with two stores.
    #expect(outcome.stores(4) == 3 + 3 + 4 + 2)
    #expect(outcome.linked(4) == 1 && outcome.rootLoads(4) == 1)
    // The child runs: its root is loaded; it is the last user of the page, which becomes writable in place.
    #expect(outcome.rootLoads(5) == 1 && outcome.stores(5) == 1 && outcome.faults(5) == 1)
    #expect(outcome.stores(6) == 2)
    #expect(outcome.stores(7) == 1)
  }

  @Test func exitingClearsEachPageAndRetiresTheRoot() throws {
    let page = Self.page
    let steps = [.event(1, .map(page, 8))] + Self.touchAll(3) + [.event(1, .exit(wholeProcess: true))]
    let outcome = try run(steps)
    #expect(outcome.stores(3) == 3)
    guard case .rootRetired = outcome.events[3].last else {
      Issue.record("the root was not retired")
      return
    }
    #expect(outcome.model.tableBytes == 0 && outcome.model.usedBytes == 4096, "frame 0 alone is kept")
    #expect(try run(steps, ["guest.exit-stores": "0"]).stores(3) == 0)
  }

  @Test func aLargePageTakesThreeLevelsAndSplitsWhenPartIsUnmapped() throws {
    let page = Self.page
    let outcome = try run(
      [
        .event(1, .map(page, 1024)), .write(1, page + 5), .write(1, page + 6), .event(1, .unmap(page, 4)),
        .write(1, page + 7),
      ], ["guest.page": "thp"])
    #expect(outcome.stores(0) == 3, "two tables and the leaf")
    #expect(outcome.events[1].isEmpty)
    // The new table is linked full, one store puts it in place, four clear the part.
    let full = outcome.events[2].compactMap { event -> Int? in
      if case .tableLinked(_, level: 1, let entries, storesBefore: 512) = event { entries.count } else { nil }
    }
    #expect(full == [512])
    #expect(outcome.stores(2) == 1 + 4 && outcome.invalidations(2) == 1 + 4)
    #expect(outcome.faults(2) == 0, "the rest stays mapped")
  }
}

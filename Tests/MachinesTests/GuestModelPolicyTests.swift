import Addressing
import Machines
import PageTables
import Testing

/// Page sizes, fragmentation, processes and the parts of a block.
@Suite struct GuestModelPolicyTests {
  private static let page: UInt64 = 0x7_0000_0000

  private func machine(_ settings: [String: String]) throws -> Machine {
    let settings = ["guest.zero-page": "on"].merging(settings) { $1 }
    return try Machine(
      changes: settings.sorted { $0.key < $1.key }.map { SettingChange($0.key, $0.value, source: "test") })
  }

  private func replay(
    _ steps: [GuestScript.Step], _ settings: [String: String] = [:]
  ) throws -> (model: GuestModel, events: [GuestEvent]) {
    var model = try GuestModel(machine(settings))
    var events: [GuestEvent] = []
    try model.advance(GuestScript(steps).block, into: &events)
    return (model, events)
  }

  private func stores(_ events: [GuestEvent]) -> [UInt64] {
    events.compactMap { if case .tableStore(_, _, let value) = $0.event { value } else { nil } }
  }

  /// 64 MiB of anonymous memory, every page written.
  private func sweep(_ pages: UInt64 = 16384) -> [GuestScript.Step] {
    [.event(1, .map(Self.page, pages))] + (0..<pages).map { .write(1, Self.page + $0) }
  }

  @Test func transparentPagesCoverWholeMappings() throws {
    let (model, _) = try replay(sweep(), ["guest.page": "thp"])
    #expect(model.statistics.guest2MCoverage == 1)
    #expect(model.statistics.faults == 32)
    #expect(model.statistics.footprintBytes == 64 << 20)
  }

  @Test func transparentPagesNeedAWholeAlignedRangeOfOneMapping() throws {
    let page = Self.page
    let inside = try replay([.event(1, .map(page + 1, 1023)), .write(1, page + 5), .write(1, page + 600)])
    #expect(inside.model.statistics.touchedPagesInLarge == 0)
    let (model, _) = try replay(
      [
        .event(1, .map(page + 1, 1023)), .write(1, page + 5), .write(1, page + 600),
        .event(1, .map(page + 2048, 512, [.read, .write], .file)), .write(1, page + 2050),
        .event(1, .map(page + 4096, 512)), .event(1, .advise(page + 4096, 512, .noHugePages)),
        .write(1, page + 4100), .write(1, page + 9000),
      ], ["guest.page": "thp"])
    #expect(model.statistics.touchedPagesInLarge == 1, "only the second half of the first mapping")
  }

  @Test func aRangeInUseGetsNoTransparentPage() throws {
    let page = Self.page
    let (model, _) = try replay(
      [.event(1, .map(page, 256)), .write(1, page), .event(1, .map(page + 256, 256)), .write(1, page + 300)],
      ["guest.page": "thp"])
    #expect(model.statistics.touchedPagesInLarge == 0)
  }

  @Test func fragmentationReducesCoverage() throws {
    func coverage(_ share: String) throws -> Double {
      let settings = [
        "guest.page": "thp", "guest.allocator": "buddy", "guest.fragmentation": share, "vm.memory": "128M",
      ]
      return try #require(replay(sweep(), settings).model.statistics.guest2MCoverage)
    }
    let values = try ["0", "0.4", "0.8", "1"].map(coverage)
    #expect(values[0] == 1 && values[3] == 0)
    #expect(values == values.sorted(by: >))
    #expect(values[2] < 0.7)
  }

  @Test func fixedSizesMapEverythingAndFallBackWhenMemoryIsShort() throws {
    let image: [GuestScript.Step] = [.fetch(1, 0x400), .write(1, 0x7_ffff_f000)]
    #expect(try replay(image, ["guest.page": "2M"]).model.statistics.guest2MCoverage == 1)
    #expect(try replay(image, ["guest.page": "1G"]).model.statistics.guest2MCoverage == 1)
    let short = try replay(image, ["guest.page": "1G", "vm.memory": "2G"]).model
    #expect(short.statistics.largePageFallbacks == 1)
  }

  @Test func hugePoolMappingsHaveTheirSizeWhateverThePolicy() throws {
    let page = Self.page
    let (model, _) = try replay([
      .event(1, .map(page, 512, [.read, .write], .huge2M)), .write(1, page + 7), .write(1, page + 8),
    ])
    #expect(model.statistics.touchedPagesInLarge == 2 && model.statistics.faults == 1)
  }

  @Test func processesHaveTheirOwnTablesAndFrames() throws {
    let page = Self.page
    let (_, events) = try replay([.write(1, page), .write(2, page), .write(1, page), .write(2, page)])
    let roots = events.compactMap { event -> UInt64? in
      if case .controlRegister(.cr3, let value) = event.event { value } else { nil }
    }
    #expect(roots.count == 4 && Set(roots).count == 2 && roots[0] == roots[2])
    #expect(events.map(\.runIndex) == events.map(\.runIndex).sorted())
    let leaves = stores(events)
    #expect(Set(leaves).count == leaves.count, "no frame is used twice")
  }

  @Test func processContextIdentifiersSpareTheFlush() throws {
    let page = Self.page
    let (_, events) = try replay(
      [.write(1, page), .write(2, page), .write(1, page)] + [
        .event(1, .exit(wholeProcess: true)), .write(3, page),
      ],
      ["pcid": "on"])
    let values = events.compactMap { event -> UInt64? in
      if case .controlRegister(.cr3, let value) = event.event { value } else { nil }
    }
    #expect(values.map { $0 & 0xFFF } == [1, 2, 1, 1])
    #expect(values.map { $0 >> 63 } == [0, 0, 1, 0], "a first load and a reused identifier flush")
    let extensions = events.indices.filter {
      if case .controlRegister(.cr4, _) = events[$0].event { true } else { false }
    }
    #expect(extensions == [0], "identifiers are turned on once, before anything else")
    #expect(events[0].event == .controlRegister(.cr4, value: 1 << 17 | 1 << 5))
  }

  @Test func skippedAccessesTouchNothingAndTheirEventsCount() throws {
    let page = Self.page
    let block = GuestScript([
      .write(1, page), .event(1, .map(page, 4)), .write(1, page + 1), .event(1, .unmap(page, 2)),
      .read(1, page + 2),
    ]).block
    var model = try GuestModel(machine([:]))
    var events: [GuestEvent] = []
    try model.advance(block, runs: 0..<2, events: 0..<1, touching: false, into: &events)
    #expect(stores(events).isEmpty && model.statistics.touchedPages == 0)
    try model.advance(block, runs: 2..<3, events: 1..<2, into: &events)
    #expect(model.statistics.zeroPageMappings == 1, "the mapping that was skipped over is anonymous")
    #expect(events.last?.runIndex == 2)
  }

  @Test func ignoredEventsLeaveOneProcessThatNeverUnmaps() throws {
    let page = Self.page
    let steps: [GuestScript.Step] = [
      .write(1, page), .event(1, .unmap(page, 1)), .write(2, page), .event(1, .exit(wholeProcess: true)),
      .read(1, page),
    ]
    var model = try GuestModel(machine([:]), ignoringEvents: true)
    var events: [GuestEvent] = []
    try model.advance(GuestScript(steps).block, into: &events)
    #expect(model.statistics.faults == 1 && stores(events).count == 4)
  }

  @Test func ignoringEventsMakesEveryPageWritableAtOnce() throws {
    let page = Self.page
    var model = try GuestModel(machine([:]), ignoringEvents: true)
    var events: [GuestEvent] = []
    try model.advance(GuestScript([.read(1, page), .fetch(1, page), .write(1, page)]).block, into: &events)
    #expect(model.statistics.faults == 1)
    #expect(model.statistics.zeroPageMappings == 0 && model.statistics.copies == 0)
  }

  @Test func blockPartsGiveTheEventsOfTheWhole() throws {
    var program = RandomProgram(seed: 7, mayUseLargePages: true)
    let block = GuestScript(program.steps(3000)).block
    var whole = try GuestModel(machine(["guest.page": "thp"]))
    var wholeEvents: [GuestEvent] = []
    try whole.advance(block, into: &wholeEvents)
    var parts = try GuestModel(machine(["guest.page": "thp"]))
    var partEvents: [GuestEvent] = []
    var event = 0
    for start in stride(from: 0, to: block.runs.count, by: 97) {
      let end = min(start + 97, block.runs.count)
      // Every record is a run of its own here, so positions are run indices; the last part takes the end's events.
      let last = end == block.runs.count ? Int.max : end
      let next = block.events[event...].firstIndex { Int($0.position) >= last } ?? block.events.count
      try parts.advance(block, runs: start..<end, events: event..<next, into: &partEvents)
      event = next
    }
    #expect(partEvents == wholeEvents)
    #expect(parts.statistics == whole.statistics)
  }

  @Test func theSameTraceGivesTheSameEvents() throws {
    var program = RandomProgram(seed: 3, mayUseLargePages: true)
    let steps = program.steps(2000)
    let settings = ["guest.allocator": "shuffle", "guest.page": "thp", "seed": "11"]
    #expect(try replay(steps, settings).events == replay(steps, settings).events)
    let machines = try [0, 1].map { try GuestModel(machine(settings), vm: $0) }
    var events: [[GuestEvent]] = [[], []]
    for (index, model) in machines.enumerated() {
      var model = model
      try model.advance(GuestScript(steps).block, into: &events[index])
    }
    #expect(events[0] != events[1], "virtual machines draw frames with seeds of their own")
  }

  @Test func theHeapGrowsAndShrinksWithTheBreak() throws {
    let base = Self.page
    func brk(_ page: UInt64) -> GuestScript.Step {
      .event(1, .programBreak(VirtualAddress(page << 12 - 100)))
    }
    let (model, events) = try replay([
      brk(base), brk(base + 8), .read(1, base + 7), .write(1, base + 7), brk(base + 4), brk(base + 8),
      .read(1, base + 7),
    ])
    #expect(model.statistics.zeroPageMappings == 2, "the page came back empty")
    #expect(events.contains { $0.event == .invalidatePage(VirtualAddress((base + 7) << 12)) })
  }

  @Test func impossibleAddressesAreErrors() throws {
    #expect(throws: GuestError.addressNotCovered(VirtualAddress(0x8000 << 36), levels: 4)) {
      try replay([.read(1, 0x8000 << 24)])
    }
    #expect(throws: GuestError.malformedRange(VirtualAddress(4096), length: .max - 100)) {
      try replay([.event(1, .unmap(VirtualAddress(4096), length: .max - 100))])
    }
    let error = #expect(throws: GuestError.self) { try replay(sweep(200), ["vm.memory": "256K"]) }
    #expect(error?.description.hasSuffix("enlarge vm.memory") == true)
  }

  @Test func emptyRangesChangeNothing() throws {
    let (_, events) = try replay([
      .write(1, Self.page), .event(1, .unmap(Self.page, 0)), .event(1, .protect(Self.page, 0, .read)),
      .event(1, .advise(Self.page, 0, .discard)), .event(1, .clone(child: 9, sharesMemory: true)),
      .event(1, .exit(wholeProcess: false)), .event(1, .phase(1)), .read(1, Self.page),
    ])
    #expect(events.allSatisfy { $0.runIndex == 0 })
  }

  @Test func sharedMemoryTouchedBeforeAForkStaysOneFrame() throws {
    let page = Self.page
    let (model, events) = try replay([
      .event(1, .map(page, 4, [.read, .write], .shared)), .write(1, page),
      .event(1, .clone(child: 2, sharesMemory: false)), .write(2, page), .write(1, page),
    ])
    #expect(model.statistics.copies == 0 && model.statistics.faults == 1)
    let leaves = stores(events).filter { PageTableEntry(rawValue: $0).isDirty }
    #expect(leaves.count == 2 && Set(leaves).count == 1)
  }

  @Test func pagesWithoutPermissionKeepTheirFrames() throws {
    let page = Self.page
    let (model, events) = try replay([
      .event(1, .map(page, 4)), .write(1, page), .event(1, .protect(page, 4, [])),
      .event(1, .protect(page, 4, [.read, .write])), .write(1, page), .event(1, .protect(page, 4, [])),
      .event(1, .unmap(page, 4)),
    ])
    #expect(model.statistics.faults == 1 && model.statistics.impliedPermissions == 0)
    let leaves = stores(events).map { PageTableEntry(rawValue: $0) }.filter(\.isDirty)
    #expect(Set(leaves.map { $0.address(in: Real.self) }).count == 1)
    #expect(leaves.map(\.isPresent) == [true, false, true, false])
    #expect(model.usedBytes == 2 * 4096, "frame 0 and the root are left")
  }

  @Test func anAccessThatTheEventsForbidIsGrantedAndCounted() throws {
    let page = Self.page
    let (model, events) = try replay([
      .event(1, .map(page, 4, .read)), .write(1, page), .fetch(1, page), .write(1, page),
    ])
    #expect(model.statistics.impliedPermissions == 2)
    #expect(events.allSatisfy { $0.runIndex < 2 }, "once granted it stays")
  }
}

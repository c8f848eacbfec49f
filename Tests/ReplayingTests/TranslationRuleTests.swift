import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// What single accesses do to TLBs, walks and faults (semantics rules 5, 7 and 9), each on the smallest trace that tells.
@Suite struct TranslationRuleTests {
  /// The Intel SDM, volume 3, 4.10.2.2: a TLB entry holds the dirty flag that its fill found.
  @Test(arguments: [("cached", 0 as UInt64), ("since-fill", 1)])
  func aWriteToADirtyPageWalksOnlyWhereEntriesKeepNoDirtyBit(mode: String, walks: UInt64) throws {
    let (a, b) = (VirtualAddress(0x40_0000), VirtualAddress(0x40_1000))
    let bytes = try trace { writer in
      for access in [Access(.store, a, size: 8), Access(.store, b, size: 8), Access(.load, a, size: 8)] {
        try writer.append(access)
      }
      for _ in 0..<2 { try writer.append(Access(.store, a, size: 8)) }
    }
    let machine = try machine("skylake-lru", "l1d.4K=1fa", "l2=1fa", "tlb.dirty=\(mode)")
    for strategy in StrategyRegistry.all {
      let total = try replay(bytes, machine, strategy).tally.total
      #expect(total.walks == 3)
      #expect(total.dirtyWalks == walks)
    }
  }

  /// Else each refill from the second level would bring a clear bit back, and a larger second level cost more walks.
  @Test(arguments: [("cached", 1 as UInt64), ("since-fill", 3)])
  func aDirtyWalkTellsTheSecondLevel(mode: String, walks: UInt64) throws {
    let (a, b) = (VirtualAddress(0x40_0000), VirtualAddress(0x40_1000))
    let bytes = try trace { writer in
      try writer.append(.map(VirtualAddress(0x40_0000), length: 1 << 20, [.read, .write], .shared))
      for _ in 0..<3 {
        for access in [Access(.load, b, size: 8), Access(.load, a, size: 8), Access(.store, a, size: 8)] {
          try writer.append(access)
        }
      }
    }
    let machine = try machine("skylake-lru", "l1d.4K=1fa", "l2=1536x12", "tlb.dirty=\(mode)")
    for strategy in StrategyRegistry.all {
      let total = try replay(bytes, machine, strategy).tally.total
      #expect(total.l2Misses == 2 && total.l1dMisses == 6)
      #expect(total.dirtyWalks == walks)
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func largerSecondLevelsMakeNoMoreDirtyWalks(strategy: String) throws {
    // Pages are read and written in turn, without an event: each is dirty once.
    let pages: UInt64 = 3000
    let bytes = try trace { writer in
      var random = SplitMix64(seed: 5)
      try writer.append(.map(VirtualAddress(0x40_0000), length: pages << 12, [.read, .write], .shared))
      for _ in 0..<60_000 {
        let address = VirtualAddress(0x40_0000 + random.next() % pages << 12)
        try writer.append(Access(random.next() % 2 == 0 ? .load : .store, address, size: 8))
      }
    }
    let strategy = try StrategyRegistry.strategy(named: strategy)
    for l2 in ["64x4", "1024x4", "4096x4"] {
      let total = try replay(bytes, try machine("skylake-lru", "l2=\(l2)"), strategy).tally.total
      #expect((1...pages).contains(total.dirtyWalks), "\(l2)")
    }
    let untold = try replay(bytes, try machine("skylake-lru", "l2=4096x4", "tlb.dirty=since-fill"), strategy)
    #expect(untold.tally.total.dirtyWalks > 4 * pages)
  }

  /// The Intel SDM, volume 3, 4.10.4.1 [M]: with process-context identifiers a load of CR3 drops nothing of others.
  @Test(arguments: StrategyRegistry.names, [("on", 2 as UInt64), ("off", 3)])
  func aSwitchDropsWhatIsOfTheAddressSpaceThatItLeaves(strategy: String, mode: (pcid: String, misses: UInt64))
    throws
  {
    let bytes = try trace { writer in
      for space: UInt32 in [1, 2, 1] {
        writer.select(Owner(vm: 0, addressSpace: space))
        try writer.append(Access(.load, VirtualAddress(0x1_0000), size: 4))
      }
    }
    let strategy = try StrategyRegistry.strategy(named: strategy)
    let total = try replay(bytes, try machine("skylake-lru", "pcid=\(mode.pcid)"), strategy).tally.total
    #expect(total.l1dMisses == mode.misses && total.walks == mode.misses)
  }

  /// The guest's fault comes before any of the hypervisor's: the walk reads the root's translation and the root entry of an
  /// empty table, 5, and then of four levels each translation and entry, 20, but no translation of the page.
  @Test(arguments: ["nested", "real-map"])
  func aWalkThatTheGuestDeniesEndsAtTheGuestsEntry(strategy: String) throws {
    let page = VirtualAddress(0x1_0000)
    let bytes = try trace { writer in
      try writer.append(.map(page, length: 4096, [.read], .shared))
      try writer.append(Access(.load, page, size: 4))
      try writer.append(Access(.store, page, size: 4))
    }
    let strategy = try StrategyRegistry.strategy(named: strategy)
    let machine = try machine("textbook", "host.backing=prepopulated")
    let total = try replay(bytes, machine, strategy).tally.total
    #expect(total.faultsProtection == 1)
    #expect(total.walkReferencesFaulting == 5 + 20)
  }

  /// The second level keeps pages of 1 GiB in pieces of 2 MiB, one of which comes back, is written, and covers no more.
  @Test func aDirtyWalkChangesThePieceOfAPageInItsPlace() throws {
    let base: UInt64 = 0x4000_0000
    let bytes = try trace { writer in
      try writer.append(.map(VirtualAddress(base), length: 4 << 30, [.read, .write], .shared))
      for (kind, address) in [(.load, base), (.load, 2 * base), (.store, base), (.load, base + 0x20_0000)]
        as [(AccessKind, UInt64)]
      {
        try writer.append(Access(kind, VirtualAddress(address), size: 1))
      }
    }
    let settings = ["guest.page=1G", "host.page=1G", "vm.memory=64G", "l2.1G=off", "l1d.1G=1x1"]
    let total = try replay(bytes, try machine("skylake-lru", settings), NestedPaging.self).tally.total
    #expect(total.dirtyWalks == 1 && total.l1dMisses == 4)
  }

  /// Three stores to the leaf: it is set, loses its access, and is cleared.
  @Test func clearingALargePageWithoutAccessIsAStoreToALeaf() throws {
    let base = VirtualAddress(0x20_0000)
    let bytes = try trace { writer in
      try writer.append(.map(base, length: 2 << 20, [.read, .write], .anonymous))
      try writer.append(Access(.store, base, size: 4))
      try writer.append(.protect(base, length: 2 << 20, []))
      try writer.append(.unmap(base, length: 2 << 20))
      try writer.append(Access(.load, VirtualAddress(0x4000_0000), size: 4))
    }
    let settings = ["guest.page=2M", "guest.protect-stores=1", "guest.table-clears=off"]
    let machine = try machine("skylake-lru", settings)
    let total = try replay(bytes, machine, ShadowPaging.self).tally.total
    #expect(total.exitsTableStoreLeaf == 3 + 1)
  }

  /// A page that the guest copies before it ever used its other pieces needs none of them.
  @Test func aPieceOfAPageThatTheGuestDeniesIsNotBacked() throws {
    let base = VirtualAddress(0x20_0000)
    let bytes = try trace { writer in
      try writer.append(.map(base, length: 2 << 20, [.read, .write], .file))
      try writer.append(Access(.load, base, size: 4))
      try writer.append(Access(.store, base.advanced(by: 4096), size: 4))
    }
    let machine = try machine("skylake-lru", "guest.page=2M")
    for strategy in [NestedPaging.self, ShadowPaging.self] as [any TranslationStrategy.Type] {
      #expect(try replay(bytes, machine, strategy).tally.total.pagesBacked == 5, "\(strategy.name)")
    }
  }
}

import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// Recorded guests that use process-context identifiers (Intel SDM volume 3, section 4.10.4.1).
@Suite struct IdentifiersTests {
  private static let (first, second): (UInt64, UInt64) = (0x10_0000, 0x20_0000)
  private static let page: UInt64 = 0x40_0000
  private static let kernel: UInt64 = 0xffff_8880_0000_0000
  private static let keep = GuestTrace.keep

  /// Two roots that map 32 pages from ``page`` on to frames of their own, and share a kernel's page.
  private static func bytes(
    cr4: UInt64 = GuestTrace.identifiers | GuestTrace.globalPages, _ build: (GuestTrace) throws -> Void
  ) throws -> [UInt8] {
    try GuestTrace.bytes { trace in
      // The tables of the kernel's half, which both share.
      try trace.map(kernel, to: 0x7000, under: first + 0x8000, flags: GuestTrace.global)
      for root in [first, second] {
        try trace.root(root)
        try trace.map(page, to: root << 8, under: root)
        for index in 1..<32 as Range<UInt64> {
          try store(root << 8 + index << 12, at: index, under: root, trace)
        }
        try trace.store(GuestTrace.flags | first + 0x9000, in: root, at: kernel, level: 4)
      }
      try trace.begin(cr4: cr4)
      try build(trace)
    }
  }

  private static func store(
    _ frame: UInt64, at index: UInt64, under root: UInt64, _ trace: GuestTrace
  ) throws {
    try trace.store(GuestTrace.flags | frame, in: root + 0x3000, at: page + index << 12, level: 1)
  }

  private static func total(_ bytes: [UInt8], _ name: String, _ changes: String...) throws -> Counters {
    let lane = lane(
      try machine("skylake-lru", ["pcid=on"] + changes), try StrategyRegistry.strategy(named: name))
    let (observer, results) = try StrategyConformance.check(bytes, lane)
    #expect(observer.checked > 0 && observer.violations == [])
    return results[0].tally.total
  }

  private static func invalidate(_ type: UInt8, _ identifier: UInt16, _ address: UInt64 = 0) -> Event {
    .invalidateContext(type: type, pcid: identifier, VirtualAddress(address))
  }

  /// Two processes read their page and the kernel's, 3 walks; then what the second does, and both read anew.
  @Test(
    arguments: StrategyRegistry.names,
    [
      ([], 0),
      ([invalidate(0, 1, page)], 1), ([invalidate(0, 2, page)], 1), ([invalidate(0, 3, page)], 0),
      ([invalidate(0, 1, page + 4096)], 0), ([invalidate(0, 1, kernel)], 0),
      ([invalidate(0, 1, page), invalidate(0, 2, page)], 2),
      ([invalidate(1, 1)], 1), ([invalidate(1, 2)], 1), ([invalidate(1, 3)], 0), ([invalidate(1, 0)], 0),
      ([invalidate(2, 0)], 3), ([invalidate(3, 0)], 2),
      ([.invalidatePage(VirtualAddress(page))], 1), ([.invalidatePage(VirtualAddress(kernel))], 1),
      ([.controlRegister(.cr3, value: second | 2)], 1), ([.controlRegister(.cr3, value: first | 1)], 1),
      ([.controlRegister(.cr3, value: first | 1 | keep)], 0), ([.controlRegister(.cr3, value: first | 3)], 0),
      (
        [0, GuestTrace.globalPages].map {
          .controlRegister(.cr4, value: GuestTrace.cr4 | GuestTrace.identifiers | $0)
        }, 3
      ),
    ] as [([Event], UInt64)])
  func whatIsDroppedIsWhatTheManualSays(name: String, case: (events: [Event], walks: UInt64)) throws {
    let bytes = try Self.bytes { trace in
      for (round, flags) in [0, Self.keep].enumerated() {
        for (root, identifier) in [(Self.first, 1), (Self.second, 2)] as [(UInt64, UInt64)] {
          try trace.load(root | identifier | flags)
          try trace.read(Self.page)
          try trace.read(Self.kernel)
        }
        if round == 0 { for event in `case`.events { try trace.writer.append(event) } }
      }
    }
    #expect(try Self.total(bytes, name).walks == 3 + `case`.walks)
  }

  @Test(arguments: StrategyRegistry.names)
  func aLoadWithoutBit63DropsWhatIsOfItsIdentifierAlone(name: String) throws {
    let bytes = try Self.bytes { trace in
      for (index, (root, identifier)) in [
        (Self.first, 1), (Self.second, 2), (Self.first, 1), (Self.second, 2 | Self.keep),
      ].enumerated() as EnumeratedSequence<[(UInt64, UInt64)]> {
        try trace.load(root | identifier)
        try trace.read(Self.page)
        if index == 0 { try trace.read(Self.kernel) }
      }
      try trace.read(Self.kernel)
    }
    #expect(try Self.total(bytes, name).walks == 4)
  }

  @Test(arguments: StrategyRegistry.names)
  func anAddressSpaceHasEntriesOfItsOwnUnderEachIdentifier(name: String) throws {
    func walks(_ between: Event...) throws -> UInt64 {
      let bytes = try Self.bytes { trace in
        for cr3 in [Self.first | 1, Self.first | 2] {
          try trace.load(cr3)
          try trace.read(Self.page)
        }
        for event in between { try trace.writer.append(event) }
        for cr3 in [Self.first | 1, Self.first | 2] {
          try trace.load(cr3 | Self.keep)
          try trace.read(Self.page)
        }
      }
      return try Self.total(bytes, name).walks
    }
    #expect(try walks() == 2)
    #expect(try walks(Self.invalidate(1, 1)) == 3)
    #expect(try walks(.invalidatePage(VirtualAddress(Self.page))) == 3)
  }

  /// A processor would answer the second root's access from the first one's entries.
  @Test(arguments: StrategyRegistry.names)
  func anIdentifierThatGetsAnotherRootLosesWhatItHad(name: String) throws {
    let bytes = try Self.bytes { trace in
      for root in [Self.first, Self.second, Self.first, Self.first] {
        try trace.load(root | 1 | Self.keep)
        try trace.read(Self.page)
      }
    }
    #expect(try Self.total(bytes, name).walks == 3)
  }

  @Test(arguments: StrategyRegistry.names)
  func settingPCIDEDropsNothingAndClearingItEverything(name: String) throws {
    func walks(_ values: [UInt64]) throws -> UInt64 {
      let bytes = try Self.bytes(cr4: 0) { trace in
        try trace.load(Self.first)
        try trace.read(Self.page)
        for value in values {
          if value < 1 << 20 { try trace.begin(cr4: value) } else { try trace.load(value) }
          try trace.read(Self.page)
        }
      }
      return try Self.total(bytes, name).walks
    }
    let on = GuestTrace.identifiers
    #expect(try walks([on]) == 1, "what is cached has identifier 0")
    #expect(try walks([on, Self.first | Self.keep]) == 1)
    #expect(try walks([on, Self.first | 5]) == 2)
    #expect(try walks([on, Self.first | 5, Self.first | Self.keep]) == 2)
    #expect(try walks([on, Self.first | 5, Self.first | Self.keep, 0]) == 3)
    #expect(try walks([on, Self.first | 5, 0]) == 3)
    #expect(try walks([on, Self.first | 5, 0, Self.first | 5 | Self.keep]) == 4, "bits that mean nothing")
    #expect(try walks([on, Self.first | 5, 0, Self.first, on, Self.first | 5 | Self.keep]) == 5)
  }

  /// The page beside is found by one reference where the tables above it are cached, else by four (semantics rule 9).
  @Test(
    arguments: [
      ([], 1), ([invalidate(0, 1, page + 0x9000)], 4), ([invalidate(0, 2, page)], 1),
      ([invalidate(1, 1)], 4), ([invalidate(1, 2)], 1), ([invalidate(2, 0)], 4), ([invalidate(3, 0)], 4),
      ([.invalidatePage(VirtualAddress(page))], 1), ([.controlRegister(.cr3, value: first | 1)], 4),
      ([.controlRegister(.cr3, value: second | 2)], 1),
    ] as [([Event], UInt64)])
  func walkCachesGoWithTheirContext(case: (events: [Event], references: UInt64)) throws {
    func references(_ last: Bool) throws -> UInt64 {
      let bytes = try Self.bytes { trace in
        try trace.load(Self.first | 1)
        try trace.read(Self.page)
        try trace.load(Self.second | 2)
        try trace.read(Self.page)
        for event in `case`.events { try trace.writer.append(event) }
        try trace.load(Self.first | 1 | Self.keep)
        if last { try trace.read(Self.page + 4096) }
        try trace.load(Self.second | 2)
        try trace.read(Self.page)
      }
      return try Self.total(bytes, "native").walkReferencesGuest
    }
    #expect(try references(true) - references(false) == `case`.references)
  }

  @Test func invalidationsExitWhereINVLPGDoes() throws {
    let bytes = try Self.bytes { trace in
      try trace.load(Self.first | 1)
      try trace.read(Self.page)
      for event in [
        Self.invalidate(0, 1, Self.page), Self.invalidate(1, 1), Self.invalidate(1, 7), Self.invalidate(2, 0),
        Self.invalidate(3, 0), .invalidatePage(VirtualAddress(Self.page)),
      ] { try trace.writer.append(event) }
      try trace.read(Self.page)
    }
    for name in StrategyRegistry.names {
      let total = try Self.total(bytes, name)
      #expect(total.exitsInvalidatePage == (name == "shadow" ? 6 : 0))
      #expect(total.pageInvalidations == 2, "single pages")
      #expect(total.tlbFlushes == 3, "of 1, of all with global pages, of all without")
    }
    let untagged = try Self.total(bytes, "shadow", "vpid=off").tlbFlushes
    #expect(untagged > 3 + 6, "each exit is one more")
  }

  @Test func aZappedShadowEntryIsGoneUnderEveryIdentifier() throws {
    let bytes = try Self.bytes { trace in
      for round in 0..<2 {
        for cr3 in [Self.first | 1, Self.first | 2] {
          try trace.load(cr3 | Self.keep)
          if round == 1 { try trace.read(Self.page + 4096) }
          try trace.read(Self.page)
        }
        if round == 0 { try Self.store(0x9000, at: 0, under: Self.first, trace) }
      }
    }
    let lane = lane(try machine("skylake-lru", "pcid=on"), ShadowPaging.self)
    let (observer, results) = try StrategyConformance.check(bytes, lane)
    #expect(observer.violations == [])
    #expect(results[0].tally.total.walks == 6)
  }

  @Test(arguments: StrategyRegistry.names)
  func eachProcessorHasIdentifiersOfItsOwn(name: String) throws {
    let bytes = try Self.bytes { trace in
      for cr4 in [GuestTrace.identifiers, 0] {
        trace.writer.select(Owner(vm: 0, vcpu: cr4 == 0 ? 1 : 0, addressSpace: 1))
        try trace.begin(cr4: cr4)
        try trace.load(Self.first)
      }
      for round in 0..<2 {
        for vcpu in 0..<2 as Range<UInt32> {
          trace.writer.select(Owner(vm: 0, vcpu: vcpu, addressSpace: 1))
          for root in [Self.first, Self.second] {
            try trace.load(vcpu == 0 ? root | root >> 20 | (round == 1 ? Self.keep : 0) : root)
            try trace.read(Self.page)
          }
        }
        // The second processor runs.
        try trace.writer.append(Self.invalidate(3, 0))
      }
    }
    #expect(try Self.total(bytes, name).walks == 2 + 4)
  }

  @Test(arguments: ["fork", "smp"])
  func aGuestWithoutIdentifiersCountsTheSameOnEveryMachine(name: String) throws {
    let bytes = try GuestTrace.bundled(name)
    var options = ReplayOptions()
    options.limit = 150_000
    let results = try ["on", "off"].map { pcid in
      let lanes = try StrategyRegistry.all.map { lane(try machine("skylake-lru", "pcid=\(pcid)"), $0) }
      return try replay([bytes], lanes, options)
    }
    #expect(results[0].map(\.tally) == results[1].map(\.tally))
    #expect(results[0].map(\.gauges) == results[1].map(\.gauges))
  }

  @Test(arguments: StrategyRegistry.names)
  func anINVPCIDOfAGuestWithoutIdentifiersNeedsNone(name: String) throws {
    let bytes = try Self.bytes(cr4: GuestTrace.globalPages) { trace in
      try trace.load(Self.first)
      for type in 0..<5 as Range<UInt8> {
        try trace.read(Self.page)
        try trace.read(Self.kernel)
        if type < 4 { try trace.writer.append(Self.invalidate(type, 0, Self.page)) }
      }
    }
    #expect(try Self.total(bytes, name, "pcid=off").walks == 2 + 1 + 1 + 2 + 1)
  }

  @Test func realAddressesFollowAnIdentifiersRoot() throws {
    let bytes = try Self.bytes { trace in
      for (space, root) in [Self.first, Self.second, Self.first].enumerated() {
        trace.writer.select(Owner(vm: 0, vcpu: 0, addressSpace: UInt32(space % 2)))
        try trace.load(root | 1 | Self.keep)
        try trace.writer.append(.translation(VirtualAddress(Self.page), RealAddress(root << 8)))
        try trace.read(Self.page)
      }
      // What a processor finds that keeps entries of another root.
      try trace.load(Self.second | 1 | Self.keep)
      try trace.read(Self.page)
    }
    let check = try TranslationCheck.check(try TraceReader(MemorySource(bytes)), name: "guest")
    #expect(check.checked == 4 && check.differing == 1)
  }

  /// Semantics rule 32: the second processor was recorded reading by what it had cached under an identifier.
  @Test func whatIsCachedUnderAnIdentifierNeedNotBeForgottenByAFlushOfAnother() throws {
    func differing(_ events: Event...) throws -> UInt64 {
      let bytes = try Self.bytes { trace in
        for vcpu in 0..<2 as Range<UInt32> {
          trace.writer.select(Owner(vm: 0, vcpu: vcpu, addressSpace: 1))
          try trace.begin(cr4: GuestTrace.identifiers)
          try trace.load(Self.first | 1)
        }
        try trace.writer.append(.translation(VirtualAddress(Self.page), RealAddress(Self.first << 8)))
        try trace.read(Self.page)
        trace.writer.select(Owner(vm: 0, vcpu: 0, addressSpace: 1))
        try Self.store(0x9000, at: 0, under: Self.first, trace)
        trace.writer.select(Owner(vm: 0, vcpu: 1, addressSpace: 1))
        for event in events { try trace.writer.append(event) }
        try trace.load(Self.first | 1 | Self.keep)
        try trace.read(Self.page)
      }
      let check = try TranslationCheck.check(try TraceReader(MemorySource(bytes)), name: "guest")
      #expect(check.checked == 2)
      return check.differing
    }
    let other = Event.controlRegister(.cr3, value: Self.second | 2)
    #expect(try differing() == 0)
    #expect(try differing(other, .invalidatePage(VirtualAddress(Self.page))) == 0)
    #expect(try differing(other, Self.invalidate(1, 2), Self.invalidate(0, 2, Self.page)) == 0)
    #expect(try differing(Self.invalidate(0, 1, Self.page + 4096)) == 0)
    for event in [
      Self.invalidate(0, 1, Self.page), Self.invalidate(1, 1), Self.invalidate(2, 0), Self.invalidate(3, 0),
      .invalidatePage(VirtualAddress(Self.page)), .controlRegister(.cr3, value: Self.first | 1),
      .controlRegister(.cr3, value: Self.second | 1 | Self.keep),
      .controlRegister(.cr4, value: GuestTrace.cr4 | GuestTrace.identifiers | GuestTrace.globalPages),
    ] {
      #expect(try differing(event) == 1, "\(event)")
      #expect(try differing(event, other) == 1, "\(event)")
    }
  }
}

import Addressing
import Testing
import Traces

/// Checkpoints, against a model that keeps every page by itself.
@Suite struct CheckpointTests {
  /// What is mapped, page by page.
  private struct PageModel {
    struct Page: Equatable {
      var protection: Protection
      var kind: MappingKind
    }

    var pages: [UInt64: Page] = [:]
    var breakStart: VirtualAddress?
    var breakEnd: VirtualAddress?

    mutating func apply(_ event: Event) {
      func range(_ start: VirtualAddress, _ length: UInt64) -> Range<UInt64> {
        start.pageNumber..<(start.rawValue + length + 4095) >> 12
      }
      switch event {
      case .map(let start, let length, let protection, let kind):
        for page in range(start, length) { pages[page] = Page(protection: protection, kind: kind) }
      case .unmap(let start, let length):
        for page in range(start, length) { pages[page] = nil }
      case .protect(let start, let length, let protection):
        for page in range(start, length) { pages[page]?.protection = protection }
      case .remap(let start, let oldLength, let target, let newLength):
        let old = range(start, oldLength)
        let moved = old.first { pages[$0] != nil }.flatMap { pages[$0] }
        for page in old { pages[page] = nil }
        for page in range(target, newLength) { pages[page] = moved }
      case .programBreak(let end):
        breakStart = breakStart ?? end
        breakEnd = end
      default: break
      }
    }

    init() {}

    init(_ space: TraceCheckpoint.Space) {
      breakStart = space.breakStart
      breakEnd = space.breakEnd
      for region in space.regions {
        for page in region.start.pageNumber..<region.start.pageNumber + region.length >> 12 {
          pages[page] = Page(protection: region.protection, kind: region.kind)
        }
      }
    }
  }

  private func event(_ random: inout SplitMix64) -> Event {
    func below(_ bound: UInt64) -> UInt64 { random.next() % bound }
    let start = VirtualAddress(0x1_0000 + below(60) << 12)
    let length = 4096 * (1 + below(12)) - below(2)
    switch below(5) {
    case 0, 1: return .map(start, length: length, [.read, .write], below(2) == 0 ? .anonymous : .file)
    case 2: return .unmap(start, length: length)
    case 3: return .protect(start, length: length, [.read])
    default:
      let target = VirtualAddress(0x20_0000 + below(60) << 12)
      return below(4) == 0
        ? .programBreak(target)
        : .remap(start, oldLength: length, to: target, newLength: 4096 * (1 + below(12)))
    }
  }

  @Test(arguments: 1...5) func checkpointsTellWhatIsMapped(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let owners = [Owner.unknown, Owner(vm: 0, addressSpace: 7), Owner(vm: 0, addressSpace: 9)]
    var models = owners.map { _ in PageModel() }
    var expected: [UInt32: [PageModel]] = [:]
    var items: [TraceItem] = []
    for block in 0..<UInt32(200) {
      for index in owners.indices {
        let event = event(&random)
        items.append(.event(event, owners[index]))
        models[index].apply(event)
      }
      if block > 0 && block % TraceFormat.checkpointInterval == 0 { expected[block] = models }
      items.append(.access(Access(.load, VirtualAddress(UInt64(block)), size: 1), owners[0]))
    }
    // An event that follows a full block's last record stands in that block still: with one record a block, the
    // three events before record n do, so the checkpoint before block n tells of them too.
    let bytes = try items.encoded(recordsPerBlock: 1)
    let reader = try TraceReader(MemorySource(bytes))
    var met = 0
    while let block = try reader.nextBlock() {
      #expect(block.hasCheckpoint == (block.number > 0 && block.number % 64 == 0))
      guard let checkpoint = try BlockDecoder().decodeCheckpoint(of: block) else { continue }
      let models = try #require(expected[block.number])
      for (index, owner) in owners.enumerated() {
        let space = checkpoint.spaces.first { $0.vm == owner.vm && $0.addressSpace == owner.addressSpace }
        let found = try PageModel(#require(space))
        #expect(found.pages == models[index].pages, "seed \(seed), block \(block.number)")
        #expect(found.breakStart == models[index].breakStart && found.breakEnd == models[index].breakEnd)
      }
      met += 1
    }
    #expect(met == 3)
    _ = try TraceVerifier.verify(MemorySource(bytes))
  }

  /// 6,600 full tables, whose values have no order, are more than the 32 MiB of a member.
  @Test(arguments: [(tables: 100 as UInt64, checkpoints: 1 as UInt32), (6600, 0)])
  func aStateTooLargeForACheckpointIsLeftOut(tables: UInt64, checkpoints: UInt32) throws {
    var random = SplitMix64(seed: 9)
    let entries = (0..<512).map { TableEntry(index: $0, value: random.next() | 1) }
    var items = (0..<tables).map { table in
      let event = Event.tableLinked(RealAddress(table << 12), level: 1, entries: entries, storesBefore: 512)
      return TraceItem.event(event, .unknown)
    }
    items += (0..<65).map { .access(Access(.load, VirtualAddress($0), size: 1), .unknown) }
    let header = TraceHeader(addressKind: .both, scope: .wholeSystem)
    let bytes = try items.encoded(recordsPerBlock: 1, header: header)
    #expect(try TraceVerifier.verify(MemorySource(bytes)).map(\.checkpoints) == [checkpoints])
  }

  @Test func aForkCopiesAndAnExitForgets() throws {
    let parent = Owner(vm: 0, addressSpace: 1)
    var items: [TraceItem] = [
      .event(.map(VirtualAddress(0x5000), length: 4096, [.read], .stack), parent),
      .event(.clone(child: 2, sharesMemory: false), parent),
      .event(.clone(child: 3, sharesMemory: true), parent),
      .event(.exit(wholeProcess: true), parent),
    ]
    items += (0..<65).map { .access(Access(.load, VirtualAddress($0), size: 1), parent) }
    let reader = try TraceReader(MemorySource(try items.encoded(recordsPerBlock: 1)))
    var checkpoints: [TraceCheckpoint] = []
    while let block = try reader.nextBlock() {
      if let checkpoint = try BlockDecoder().decodeCheckpoint(of: block) { checkpoints.append(checkpoint) }
    }
    let spaces = try #require(checkpoints.first).spaces
    #expect(spaces.map(\.addressSpace) == [2])
    #expect(spaces.first?.regions.map(\.kind) == [.stack])
  }
}

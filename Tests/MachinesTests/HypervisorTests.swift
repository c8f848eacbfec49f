import Addressing
import Machines
import PageTables
import Testing

/// Settings for a small machine, changed as a test needs.
func hypervisorSettings(
  _ hostPage: PageSize, _ backing: BackingMode, _ allocator: FrameAllocatorKind, fragmentation: Double = 0,
  bytes: UInt64 = 64 << 20
) -> HypervisorSettings {
  var settings = HypervisorSettings()
  settings.hostPage = hostPage
  settings.backing = backing
  settings.allocator = allocator
  settings.fragmentation = fragmentation
  settings.seed = 42
  settings.realMemoryBytes = bytes
  return settings
}

struct HypervisorCase: CustomTestStringConvertible {
  var settings: HypervisorSettings
  var testDescription: String {
    let kinds = "\(settings.backing.rawValue) \(settings.allocator.rawValue)"
    return "\(kinds) \(settings.hostPage.name) \(settings.fragmentation)"
  }

  static let all: [HypervisorCase] = BackingMode.allCases.flatMap { backing in
    FrameAllocatorKind.allCases.flatMap { allocator in
      PageSize.allCases.flatMap { hostPage in
        [0, 0.01, 0.5, 1].filter { $0 == 0 || allocator == .buddy }.map { fragmentation in
          HypervisorCase(
            settings: hypervisorSettings(hostPage, backing, allocator, fragmentation: fragmentation))
        }
      }
    }
  }
}

@Suite struct HypervisorTests {
  @Test(arguments: HypervisorCase.all)
  func noTwoRealPagesShareAPhysicalPage(hypervisor: HypervisorCase) throws {
    var memory = try Hypervisor(hypervisor.settings, vms: 3)
    var owners: [UInt64: UInt64] = [:]
    var random = SplitMix64(seed: 1)
    let pages = hypervisor.settings.realMemoryBytes >> 12
    for number in 0..<6000 {
      let page = number % 3 == 0 ? UInt64(number) % pages : UInt64.random(in: 0..<pages, using: &random)
      let vm = number % 3
      let real = RealAddress(page << 12 | 0x123)
      let known = memory.backing(of: real, vm: vm)
      let backing = try memory.back(real, vm: vm)
      #expect(backing.isNew == (known == nil))
      #expect(!backing.isNew || hypervisor.settings.backing == .onDemand)
      #expect(memory.backing(of: real, vm: vm)?.base == backing.base)
      #expect(backing.base.offset(in: backing.size) == 0 && backing.size <= hypervisor.settings.hostPage)
      // A page is backed as a whole: its last frame lies where its first one says.
      let last = real.alignedDown(to: backing.size).advanced(by: backing.size.bytes - 1)
      #expect(
        last.rawValue >= hypervisor.settings.realMemoryBytes
          || memory.backing(of: last, vm: vm)?.physical(of: last)
            == backing.base.advanced(by: backing.size.bytes - 1)
      )
      let owner = UInt64(vm) << 40 | page
      let frame = backing.physical(of: real).pageNumber
      #expect(owners.updateValue(owner, forKey: frame) ?? owner == owner, "seed 1: \(frame) is shared")
    }
  }

  @Test(arguments: HypervisorCase.all)
  func theSameRequestsAreBackedTheSame(hypervisor: HypervisorCase) throws {
    var first = try Hypervisor(hypervisor.settings, vms: 2)
    var second = try Hypervisor(hypervisor.settings, vms: 2)
    for page in stride(from: UInt64(0), to: 16384, by: 37) {
      let real = RealAddress(page << 12)
      #expect(try first.back(real, vm: Int(page & 1)) == (try second.back(real, vm: Int(page & 1))))
    }
  }

  @Test func prepopulatedMemoryIsInjectiveOverAllOfIt() throws {
    for allocator in FrameAllocatorKind.allCases {
      let settings = hypervisorSettings(
        .size2M, .prepopulated, allocator, fragmentation: allocator == .buddy ? 0.4 : 0, bytes: 32 << 20)
      let memory = try Hypervisor(settings, vms: 2)
      var frames = Set<UInt64>()
      for vm in 0..<2 {
        for page in 0..<UInt64(8192) {
          let real = RealAddress(page << 12)
          let backing = try #require(memory.backing(of: real, vm: vm))
          frames.insert(backing.physical(of: real).pageNumber)
        }
      }
      #expect(frames.count == 2 * 8192)
    }
  }

  @Test func fragmentationIsTheShareOfRealMemoryWithoutLargePages() throws {
    let settings = hypervisorSettings(.size2M, .prepopulated, .buddy, fragmentation: 0.25, bytes: 8 << 30)
    let memory = try Hypervisor(settings, vms: 1)
    let small = (0..<UInt64(4096)).filter {
      memory.backing(of: RealAddress($0 << 21), vm: 0)?.size == .size4K
    }
    #expect((900...1150).contains(small.count))
  }

  @Test func pagesThatCannotBeLargeFallBackOneSize() throws {
    var memory = try Hypervisor(
      hypervisorSettings(.size1G, .onDemand, .buddy, fragmentation: 0.01, bytes: 1 << 30), vms: 1)
    #expect(try memory.back(RealAddress(0x1234_5678), vm: 0).size == .size2M)
    #expect(try !memory.back(RealAddress(0x1220_0000), vm: 0).isNew)
    var pinned = try Hypervisor(
      hypervisorSettings(.size2M, .onDemand, .buddy, fragmentation: 1, bytes: 1 << 30), vms: 1)
    #expect(try pinned.back(RealAddress(0x1234_5678), vm: 0).size == .size4K)
    #expect(pinned.backedBytes == 4096)
    // Every frame of the machine can be backed although one in each 2 MiB is pinned.
    for page in 0..<UInt64(1 << 18) where page % 16 == 0 {
      _ = try pinned.back(RealAddress(page << 12), vm: 0)
    }
  }

  @Test func requestsOutsideMemoryAreErrors() throws {
    var memory = try Hypervisor(hypervisorSettings(.size4K, .onDemand, .sequential), vms: 1)
    let beyond = RealAddress(64 << 20)
    let error = #expect(throws: HypervisorError.beyondMemory(beyond, vm: 0, bytes: 64 << 20)) {
      try memory.back(beyond, vm: 0)
    }
    #expect(
      error?.description
        == "real address 0x4000000 lies beyond the 67108864 bytes of memory of VM 0: enlarge vm.memory")
    #expect(throws: HypervisorError.unknownMachine(1, count: 1)) { try memory.back(RealAddress(0), vm: 1) }
    #expect(memory.backing(of: beyond, vm: 0) == nil)
    #expect(throws: HypervisorError.unsupportedFragmentation(2)) {
      try Hypervisor(hypervisorSettings(.size4K, .onDemand, .buddy, fragmentation: 2), vms: 1)
    }
    #expect(throws: HypervisorError.unsupportedMemory(bytes: 1 << 60, machines: 1)) {
      try Hypervisor(hypervisorSettings(.size4K, .onDemand, .buddy, bytes: 1 << 60), vms: 1)
    }
  }

  @Test func tablesLieApartFromTheMemoryOfMachines() throws {
    for allocator in FrameAllocatorKind.allCases {
      var memory = try Hypervisor(
        hypervisorSettings(.size2M, .prepopulated, allocator, fragmentation: 1, bytes: 4 << 30), vms: 2)
      let table = try memory.tableFrames.allocate(.size4K)
      let highest = (0..<UInt64(2048)).compactMap { memory.backing(of: RealAddress($0 << 21), vm: 1)?.base }
        .max()
      #expect(try #require(highest) < table)
    }
  }
}

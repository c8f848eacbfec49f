import Addressing
import PageTables
import Testing

/// An allocator with the name of its case in the tests below.
struct AllocatorCase: CustomTestStringConvertible {
  var name: String
  var make: @Sendable () -> SelectedAllocator<Real>
  var testDescription: String { name }

  static let all: [AllocatorCase] = FrameAllocatorKind.allCases.flatMap { kind in
    [0, 0.3, 1].filter { $0 == 0 || kind == .buddy }.map { fragmentation in
      AllocatorCase(name: "\(kind.rawValue) \(fragmentation)") {
        let region = FrameRegion(
          base: RealAddress(1 << 30), bytes: (1 << 26) + 0x30_5000, setting: "vm.memory")
        return SelectedAllocator(kind, region, fragmentation: fragmentation, seed: 7)
      }
    }
  }
}

@Suite struct FrameAllocatorTests {
  @Test(arguments: AllocatorCase.all)
  func liveFramesNeverOverlapAndStayInTheRegion(allocator: AllocatorCase) {
    var frames = allocator.make()
    var random = SplitMix64(seed: 11)
    var live: [(RealAddress, PageSize)] = []
    var used = Set<UInt64>()
    var bytes: UInt64 = 0
    var granted = 0
    for _ in 0..<6000 {
      if live.isEmpty || Int.random(in: 0..<5, using: &random) > 1 {
        let size: PageSize = [.size4K, .size4K, .size4K, .size2M][Int(random.next() & 3)]
        guard let frame = try? frames.allocate(size) else { continue }
        #expect(frame.offset(in: size) == 0)
        #expect(frame >= frames.region.base && frame.advanced(by: size.bytes) <= frames.region.end)
        let pages = frame.pageNumber..<frame.pageNumber + size.basePages
        #expect(used.isDisjoint(with: pages), "seed 11: \(frame) is handed out twice")
        used.formUnion(pages)
        live.append((frame, size))
        bytes += size.bytes
        granted += 1
      } else {
        let (frame, size) = live.remove(at: Int.random(in: 0..<live.count, using: &random))
        for page in 0..<size.basePages { used.remove(frame.pageNumber + page) }
        frames.free(frame, size: size)
        bytes -= size.bytes
      }
      #expect(frames.allocatedBytes == bytes)
    }
    #expect(granted > 1000)
  }

  @Test(arguments: AllocatorCase.all)
  func theSameCallsGiveTheSameFrames(allocator: AllocatorCase) {
    var first = allocator.make()
    var second = allocator.make()
    for number in 0..<500 {
      let size: PageSize = number % 7 == 0 ? .size2M : .size4K
      #expect((try? first.allocate(size)) == (try? second.allocate(size)))
    }
  }

  @Test(arguments: AllocatorCase.all)
  func exhaustionIsAnErrorThatNamesTheSetting(allocator: AllocatorCase) {
    var frames = allocator.make()
    var handedOut = Set<RealAddress>()
    let error = #expect(throws: OutOfFrames.self) {
      while true { handedOut.insert(try frames.allocate(.size4K)) }
    }
    #expect(UInt64(handedOut.count) * 4096 == frames.allocatedBytes)
    #expect(error?.setting == "vm.memory")
    #expect(error?.capacity == frames.region.bytes)
  }

  @Test func sequentialFramesAreConsecutiveAndFillTheGapsOfAlignment() throws {
    var frames = SequentialAllocator(FrameRegion<Real>(bytes: 2 << 30, setting: "vm.memory"))
    #expect(try frames.allocate(.size4K).rawValue == 0)
    #expect(try frames.allocate(.size1G).rawValue == 1 << 30)
    #expect(try frames.allocate(.size4K).rawValue == 4096)
    #expect(try frames.allocate(.size2M).rawValue == 2 << 20)
    #expect(try frames.allocate(.size4K).rawValue == 8192)
    frames.free(RealAddress(4096), size: .size4K)
    #expect(try frames.allocate(.size4K).rawValue == 4096)
  }

  @Test func buddiesMergeWhenFreed() throws {
    var frames = BuddyAllocator(
      FrameRegion<Real>(bytes: 1 << 30, setting: "vm.memory"), fragmentation: 0, seed: 1)
    var small: [RealAddress] = []
    for _ in 0..<2000 { small.append(try frames.allocate(.size4K)) }
    #expect(throws: OutOfFrames.self) { try frames.allocate(.size1G) }
    var random = SplitMix64(seed: 3)
    for frame in small.shuffled(using: &random) { frames.free(frame, size: .size4K) }
    #expect(try frames.allocate(.size1G).rawValue == 0)
  }

  @Test func buddiesTakeTheSmallestBlockThatFits() throws {
    var frames = BuddyAllocator(
      FrameRegion<Real>(bytes: 1 << 30, setting: "vm.memory"), fragmentation: 0, seed: 1)
    let first = try frames.allocate(.size2M)
    _ = try frames.allocate(.size2M)
    let third = try frames.allocate(.size2M)
    let small = try frames.allocate(.size4K)
    frames.free(first, size: .size2M)
    #expect(small.rawValue > third.rawValue)
    #expect(try frames.allocate(.size4K).rawValue == small.rawValue + 4096)
  }

  @Test func fragmentationIsTheShareOfBlocksLostToLargePages() throws {
    let region = FrameRegion<Real>(bytes: 4 << 30, setting: "vm.memory")
    func largeFrames(_ fragmentation: Double) -> Int {
      var frames = BuddyAllocator(region, fragmentation: fragmentation, seed: 5)
      return (0..<3000).prefix { _ in (try? frames.allocate(.size2M)) != nil }.count
    }
    #expect(largeFrames(0) == 2048)
    #expect(largeFrames(1) == 0)
    #expect((900...1150).contains(largeFrames(0.5)))
    var frames = BuddyAllocator(
      FrameRegion<Real>(bytes: 65 << 24, setting: "vm.memory"), fragmentation: 1, seed: 5)
    let small = (0..<(1 << 20)).prefix { _ in (try? frames.allocate(.size4K)) != nil }.count
    #expect(small == 520 * 511)
  }

  @Test(arguments: [1, 2, 3, 511, 512, 1000, 4096, 100_003] as [UInt64])
  func aSeededPermutationReachesEachPositionOnce(count: UInt64) {
    let order = SeededPermutation(count: count, seed: 9)
    let reached = Set((0..<count).map { order[$0] })
    #expect(reached.count == Int(count) && reached.allSatisfy { $0 < count })
    #expect(count < 1000 || (0..<count).filter { order[$0] == $0 }.count < 20)
  }
}

import Addressing
import PageTables
import Testing

typealias GuestTable = PageTable<Virtual, Real>
typealias RealFrames = SequentialAllocator<Real>

/// A memory of frames for tables, and nothing else.
func tableFrames(bytes: UInt64 = 1 << 30) -> RealFrames {
  RealFrames(FrameRegion(base: RealAddress(1 << 40), bytes: bytes, setting: "test.memory"))
}

@Suite struct PageTableTests {
  @Test(arguments: [2, 3, 4, 5], PageSize.allCases)
  func aWalkReadsOneEntryALevelDownToTheLeaf(levels: Int, size: PageSize) throws {
    var table = try GuestTable(levels: levels)
    var frames = tableFrames()
    let root = try table.makeRoot(frames: &frames)
    guard size.leafLevel <= levels else {
      #expect(throws: TableError.unsupportedSize(size, levels: levels)) {
        try table.map(
          root: root, VirtualAddress(0), to: RealAddress(0), size: size, flags: .writable, frames: &frames,
          onStore: { _ in })
      }
      return
    }
    let input = VirtualAddress(0x1FFF_FFFF).alignedDown(to: size)
    var stores: [TableStore<Real>] = []
    try table.map(
      root: root, input, to: RealAddress(1 << 30), size: size, flags: [.writable, .user], frames: &frames,
      onStore: { stores.append($0) })
    let references = levels - size.leafLevel + 1
    #expect(stores.map(\.level) == Array((size.leafLevel...levels).reversed()))
    #expect(stores.count == references)
    #expect(table.nodeCount == references)
    #expect(table.bytes == UInt64(references) * 4096)
    #expect(table.walk(root: root, input).level == size.leafLevel)
    #expect(
      table.translate(root: root, input.advanced(by: 0x123)) == RealAddress((1 << 30) + 0x123))
    // The entries read are those that were stored.
    #expect(
      stores.last?.address
        == table.entryAddress(table.walk(root: root, input).node, table.walk(root: root, input).index))
    #expect(stores.first?.address == table.entryAddress(root, table.index(input, level: levels)))
  }

  @Test func kernelAddressesHaveEntriesOfTheirOwn() throws {
    var table = try GuestTable(levels: 4)
    var frames = tableFrames()
    let root = try table.makeRoot(frames: &frames)
    let kernel = VirtualAddress(0xFFFF_8880_0000_0000)
    let user = VirtualAddress(0x0000_0880_0000_0000)
    for (number, input) in [kernel, user].enumerated() {
      try table.map(
        root: root, input, to: RealAddress(UInt64(number) << 12), size: .size4K, flags: [], frames: &frames,
        onStore: { _ in })
    }
    #expect(table.translate(root: root, kernel) == RealAddress(0))
    #expect(table.translate(root: root, user) == RealAddress(4096))
    #expect(throws: TableError.notCovered(address: 0x0000_8000_0000_0000, bits: 48)) {
      try table.map(
        root: root, VirtualAddress(0x0000_8000_0000_0000), to: RealAddress(0), size: .size4K, flags: [],
        frames: &frames, onStore: { _ in })
    }
  }

  @Test func aWideRootCoversNineMoreBitsWithOneReference() throws {
    var table = GuestTable(try TableShape(levels: 2, rootSize: .size2M))
    var frames = tableFrames()
    let root = try table.makeRoot(frames: &frames)
    let inputs = [
      VirtualAddress(0x1F_FEFF_F000), VirtualAddress(0x40_0000), VirtualAddress(0xFFFF_FFC0_0000_0000),
    ]
    for (number, input) in inputs.enumerated() {
      try table.map(
        root: root, input, to: RealAddress(UInt64(number) << 12), size: .size4K, flags: [], frames: &frames,
        onStore: { _ in })
    }
    #expect(inputs.map { table.translate(root: root, $0)?.rawValue } == [0, 4096, 8192])
    #expect(table.walk(root: root, inputs[0]).level == 1)
    #expect(table.bytes == (2 << 20) + 3 * 4096)
    #expect(table.shape.addressBits == 39)
    table.release(root: root, frames: &frames, onStore: { _ in })
    #expect(table.bytes == 0 && frames.allocatedBytes == 0)
  }

  @Test func failedMapsChangeNothing() throws {
    var table = try GuestTable(levels: 4)
    var frames = tableFrames(bytes: 3 * 4096)
    let root = try table.makeRoot(frames: &frames)
    let error = #expect(throws: TableError.self) {
      try table.map(
        root: root, VirtualAddress(0x1000), to: RealAddress(0), size: .size4K, flags: [], frames: &frames,
        onStore: { _ in Issue.record("a failed map stores nothing") })
    }
    #expect(
      error?.description
        == "no free frame of 4K in a memory of 12288 bytes, 12288 of them in use: enlarge test.memory")
    #expect(table.nodeCount == 1 && frames.allocatedBytes == 4096)
  }

  @Test func denseTablesTakeWhatArithmeticSays() throws {
    // 16 GiB in 4 KiB pages take 8192 + 16 + 1 + 1 tables; an eighth of a GiB is mapped here.
    func bytes(mebibytes: UInt64) -> UInt64 { (mebibytes / 2 + (mebibytes + 1023) / 1024 + 1 + 1) * 4096 }
    #expect(bytes(mebibytes: 16 << 10) == 33_628_160)
    var table = try GuestTable(levels: 4)
    var frames = tableFrames()
    let root = try table.makeRoot(frames: &frames)
    for page in 0..<UInt64(1 << 15) {
      try table.map(
        root: root, VirtualAddress(page << 12), to: RealAddress(page << 12), size: .size4K, flags: .writable,
        frames: &frames, onStore: { _ in })
    }
    #expect(table.bytes == bytes(mebibytes: 128))
    var large = try GuestTable(levels: 4)
    let largeRoot = try large.makeRoot(frames: &frames)
    for page in 0..<UInt64(16 * 512) {
      try large.map(
        root: largeRoot, VirtualAddress(page << 21), to: RealAddress(page << 21), size: .size2M,
        flags: .writable,
        frames: &frames, onStore: { _ in })
    }
    #expect(large.bytes == 73_728)
  }
}

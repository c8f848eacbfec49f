import Addressing
import PageTables
import Testing

@Suite struct SharedTableTests {
  @Test func aTableSharedByTwoRootsIsReleasedWithTheLast() throws {
    var table = try GuestTable(levels: 4)
    var frames = tableFrames()
    var guest = GuestTables(table.shape)
    var reports: [Report] = []
    let kernel = VirtualAddress(0xFFFF_8000_0000_0000)
    let parent = try table.makeRoot(frames: &frames)
    try table.map(
      root: parent, kernel, to: RealAddress(0x5000), size: .size4K, flags: .writable, frames: &frames,
      onStore: { reports.append(.stored($0)) })
    let child = try table.makeRoot(frames: &frames)
    let index = table.index(kernel, level: 4)
    table.attach(table.child(parent, index), under: child, index, onStore: { reports.append(.stored($0)) })
    for root in [parent, child] { try guest.link(table.address(of: root), level: 4, entries: []) }
    for report in reports { _ = try guest.apply(report) }
    reports = []
    #expect(table.nodeCount == 5 && guest.bytes == table.bytes)

    // A page that one maps, the other has too.
    let next = kernel.advanced(by: 4096)
    try table.map(
      root: child, next, to: RealAddress(0x6000), size: .size4K, flags: .writable, frames: &frames,
      onStore: { reports.append(.stored($0)) })
    #expect(reports.count == 1)
    #expect(table.translate(root: parent, next) == RealAddress(0x6000))
    let parentAddress = table.address(of: parent)
    table.release(root: parent, frames: &frames, onStore: { reports.append(.stored($0)) })
    for report in reports { _ = try guest.apply(report) }
    guest.retire(parentAddress)
    #expect(table.translate(root: child, next) == RealAddress(0x6000))
    let root = try #require(guest.root(at: table.address(of: child)))
    #expect(guest.table.translate(root: root, next) == RealAddress(0x6000))
    table.unmap(root: child, kernel, frames: &frames, onStore: { _ in })
    table.unmap(root: child, next, frames: &frames, onStore: { _ in })
    #expect(table.nodeCount == 1 && frames.allocatedBytes == 4096)
  }

  @Test func theNextMappingIsFoundAcrossEmptyTables() throws {
    var table = try GuestTable(levels: 4)
    var frames = tableFrames()
    let root = try table.makeRoot(frames: &frames)
    let inputs: [(UInt64, PageSize)] = [
      (0x1000, .size4K), (0x4000_0000, .size2M), (0x7FFF_FFFF_F000, .size4K),
    ]
    for (input, size) in inputs {
      try table.map(
        root: root, VirtualAddress(input), to: RealAddress(0), size: size, flags: [], frames: &frames,
        onStore: { _ in })
    }
    func next(_ first: UInt64, _ last: UInt64) -> UInt64? {
      table.firstMapping(root: root, from: VirtualAddress(first), through: VirtualAddress(last))?.input
        .rawValue
    }
    #expect(next(0, 0xFFF) == nil)
    #expect(next(0, 0x7FFF_FFFF_FFFF) == 0x1000)
    #expect(next(0x2000, 0x7FFF_FFFF_FFFF) == 0x4000_0000)
    #expect(next(0x4000_5000, 0x7FFF_FFFF_FFFF) == 0x4000_5000)
    #expect(next(0x4020_0000, 0x7FFF_FFFF_EFFF) == nil)
    #expect(next(0x4020_0000, 0x7FFF_FFFF_FFFF) == 0x7FFF_FFFF_F000)
  }
}

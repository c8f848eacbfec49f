import Addressing
import PageTables
import Testing

@Suite struct RealMapTableTests {
  func hostFrames() -> SequentialAllocator<Physical> {
    SequentialAllocator(FrameRegion(base: PhysicalAddress(1 << 40), bytes: 1 << 34, setting: "test.memory"))
  }

  @Test func aFlatMapTakesEightBytesForEachPage() throws {
    var frames = hostFrames()
    let map = try RealMapTable(.flat, shape: TableShape(levels: 4), realBytes: 16 << 30, frames: &frames)
    #expect(map.bytes == 33_554_432)
    #expect(frames.allocatedBytes == 33_554_432)
    #expect(map.flat.entryAddress(RealAddress(5 << 12)) == map.flat.base.advanced(by: 40))
  }

  @Test(arguments: RealMapTable.Form.allCases)
  func bothFormsTranslateAsTheyWereTold(form: RealMapTable.Form) throws {
    var frames = hostFrames()
    var map = try RealMapTable(form, shape: TableShape(levels: 4), realBytes: 8 << 30, frames: &frames)
    let pages: [(UInt64, UInt64, PageSize)] = [
      (0x1000, 0x9000, .size4K), (0x20_0000, 0x4000_0000, .size2M), (2 << 30, 5 << 30, .size1G),
      (0x3000, 0xA000, .size4K), ((8 << 30) - 4096, 0xB000, .size4K),
    ]
    for (real, physical, size) in pages {
      let inside = RealAddress(real + size.bytes / 2)
      #expect(map.translate(inside) == nil)
      #expect(try map.establish(inside, to: PhysicalAddress(physical), size: size, frames: &frames))
      #expect(try !map.establish(inside, to: PhysicalAddress(physical), size: size, frames: &frames))
      #expect(map.translate(inside) == PhysicalAddress(physical + size.bytes / 2))
      #expect(map.mapping(of: inside)?.size == size)
    }
    #expect(map.translate(RealAddress(0x2000)) == nil)
    #expect(
      try map.establish(RealAddress(0x1000), to: PhysicalAddress(0xC000), size: .size4K, frames: &frames))
    #expect(map.translate(RealAddress(0x1004)) == PhysicalAddress(0xC004))
    for (real, _, size) in pages {
      #expect(map.remove(RealAddress(real + size.bytes / 2), frames: &frames) == size)
      #expect(map.translate(RealAddress(real)) == nil)
    }
    #expect(form == .flat || map.bytes == 4096)
  }

  @Test(arguments: RealMapTable.Form.allCases)
  func memoryBeyondTheMapIsAnError(form: RealMapTable.Form) throws {
    var frames = hostFrames()
    var map = try RealMapTable(form, shape: TableShape(levels: 2), realBytes: 1 << 30, frames: &frames)
    #expect(throws: TableError.notCovered(address: 1 << 30, bits: 30)) {
      try map.establish(RealAddress(1 << 30), to: PhysicalAddress(0), size: .size4K, frames: &frames)
    }
  }

  @Test func aSmallPageInsideARemovedLargeOneStandsAlone() throws {
    var table = FlatTable<Real, Physical>(base: PhysicalAddress(0), pageCount: 1 << 18)
    try table.map(RealAddress(0x20_0000), to: PhysicalAddress(0x60_0000), size: .size2M, flags: [])
    #expect(table.translate(RealAddress(0x3F_F123)) == PhysicalAddress(0x7F_F123))
    table.unmap(RealAddress(0x30_0000))
    try table.map(RealAddress(0x20_1000), to: PhysicalAddress(0x1000), size: .size4K, flags: [])
    #expect(table.translate(RealAddress(0x20_1010)) == PhysicalAddress(0x1010))
    #expect(table.translate(RealAddress(0x20_2000)) == nil)
  }
}

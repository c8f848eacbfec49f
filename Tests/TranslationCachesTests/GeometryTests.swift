import Testing
import TranslationCaches

@Suite struct GeometryTests {
  @Test(arguments: ["1536x12", "64x4", "1280x5", "15x5", "4x1", "16fa", "1536fa", "1fa", "4194304x4"])
  func writtenFormsReadBackAsThemselves(text: String) throws {
    #expect(try Geometry(parsing: text).description == text)
  }

  @Test func entriesWaysAndSetsAreThoseWritten() throws {
    let shared = try Geometry(parsing: "1536x12")
    #expect((shared.entries, shared.ways, shared.sets) == (1536, 12, 128))
    let full = try Geometry(parsing: "64fa")
    #expect((full.entries, full.ways, full.sets) == (64, 64, 1))
    #expect(try Geometry(parsing: "64x64") == full)
  }

  @Test(arguments: [
    ("0x4", TranslationCacheError.noEntries(geometry: "0x4")), ("0fa", .noEntries(geometry: "0fa")),
    ("64x0", .noWays(geometry: "64x0")), ("64x5", .unevenSets(geometry: "64x5")),
    ("4x8", .unevenSets(geometry: "4x8")),
    ("4194305fa", .tooManyEntries(geometry: "4194305x4194305", limit: Geometry.maximumEntries)),
  ])
  func impossibleShapesSayWhy(text: String, expected: TranslationCacheError) {
    #expect(throws: expected) { try Geometry(parsing: text) }
    #expect(!expected.description.contains("\n"))
  }

  @Test(arguments: [
    "", "64", "fa", "x4", "64x", "-64x4", "64x4x2", "64 x4", "64X4", "٦٤x4", "99999999999999999999x1",
  ])
  func otherTextIsRefusedWithTheFormToWrite(text: String) {
    #expect(throws: TranslationCacheError.malformedGeometry(text)) { try Geometry(parsing: text) }
  }
}

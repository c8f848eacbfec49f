import Addressing
import Importing
import Testing

@Suite struct PinatraceTests {
  private static let leftOut = "addresses of instructions were left out: pinatrace tells only some fetches"

  @Test func readsLoadsAndStoresUpToTheEnd() throws {
    let result = try imported("0x401000: R 0x7fff0010\n0x7f0012345678: W 0xffff800000000008\r\n#eof\n")
    #expect(result.items == [.access(.load, 0x7fff_0010, 0), .access(.store, 0xffff_8000_0000_0008, 0)])
    #expect(result.remarks == [Self.leftOut])
  }

  @Test func aMissingEndIsTold() throws {
    let result = try imported("0x401000: R 0x7fff0010\n")
    #expect(
      result.remarks == [Self.leftOut, "there is no #eof: the program did not end, or the trace was cut"])
  }

  @Test(arguments: [
    "0x401000: X 0x1", "401000: R 0x1", "0x401000: R 1", "0x401000 R 0x1", "0x401000: R 0x1 8", "# eof", "",
    "0x401000: R 0x1000000000000000", "#eof\n0x401000: R 0x1",
  ])
  func otherLinesAreRefusedWithTheirPlace(line: String) {
    let error = #expect(throws: ImportError.self) {
      try imported("0x401000: R 0x8\n\(line)\n", as: .pinatrace)
    }
    guard case .malformed(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == (line.hasPrefix("#eof") ? 3 : 2))
  }
}

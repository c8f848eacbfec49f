import Importing
import Testing

@Suite struct SniffingTests {
  @Test(arguments: ImportFormat.allCases)
  func aSampleIsRecognisedByItsOwnFormatAlone(format: ImportFormat) throws {
    let input = ByteInput(Array(samples[format]!.utf8), name: "sample")
    #expect(try ImportFormat(recognising: input) == format)
    #expect(try imported(input, as: format).items.count >= 2, "recognising consumes nothing")
  }

  /// Each format alone must refuse every other's sample: the message of an unknown format lists none of them.
  @Test(arguments: ImportFormat.allCases, ImportFormat.allCases)
  func aForeignSampleIsRefused(reader: ImportFormat, sample: ImportFormat) throws {
    #expect(reader.recognises(Array(samples[sample]!.utf8)) == (reader == sample))
  }

  @Test(arguments: [
    "GIF89a", "hello\n", "\u{7f}ELF", "{\"a\": 1}\n", "a,b,c\n1,2,3\n", "7 1000\n", "load\n", "\n\n", "0\n",
  ])
  func unknownContentNamesTheFormats(text: String) throws {
    let error = #expect(throws: ImportError.self) { try imported(text) }
    #expect(error == .unknownFormat(file: "sample"))
    #expect("\(error!)".contains("lackey, din, xdin, text, csv"))
  }

  @Test func anEmptyInputIsAnError() {
    #expect(throws: ImportError.empty(file: "sample")) { try imported("") }
  }
}

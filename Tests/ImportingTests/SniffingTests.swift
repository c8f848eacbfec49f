import Importing
import Testing

@Suite struct SniffingTests {
  @Test(arguments: ImportFormat.allCases)
  func aSampleIsRecognisedByItsOwnFormatAlone(format: ImportFormat) throws {
    let input = ByteInput(samples[format]!, name: "sample")
    #expect(try ImportFormat(recognising: input) == format)
    #expect(try imported(input, as: format).items.count >= 2, "recognising consumes nothing")
  }

  /// Each format alone must refuse every other's sample: the message of an unknown format lists none of them.
  @Test(arguments: ImportFormat.allCases, ImportFormat.allCases)
  func aForeignSampleIsRefused(reader: ImportFormat, sample: ImportFormat) throws {
    #expect(reader.recognises(samples[sample]!) == (reader == sample))
  }

  @Test(arguments: [
    "GIF89a", "hello\n", "\u{7f}ELF", "{\"a\": 1}\n", "a,b,c\n1,2,3\n", "7 1000\n", "load\n", "\n\n", "0\n",
  ])
  func unknownContentNamesTheFormats(text: String) throws {
    let error = #expect(throws: ImportError.self) { try imported(text) }
    #expect(error == .unknownFormat(file: "sample"))
    #expect("\(error!)".contains(ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")))
  }

  /// Records have no marks, so that a part of some may look like others.
  @Test(arguments: ImportFormat.allCases.filter(\.isBinary))
  func aPartOfABinarySampleIsNeverTakenForAnotherFormat(format: ImportFormat) {
    let sample = samples[format]!
    for length in 1...sample.count {
      for other in ImportFormat.allCases where other != format {
        #expect(!other.recognises(Array(sample[..<length])), "\(other) at \(length)")
        #expect(!other.recognises(Array(sample[(length - 1)...])), "\(other) from \(length - 1)")
      }
    }
  }

  @Test func anEmptyInputIsAnError() {
    #expect(throws: ImportError.empty(file: "sample")) { try imported("") }
  }
}

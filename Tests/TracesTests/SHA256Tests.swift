import Testing
import Traces

@Suite struct SHA256Tests {
  private func digest(_ pieces: [[UInt8]], instructions: Bool) -> String {
    var hasher = SHA256(instructions: instructions)
    for piece in pieces { hasher.update(piece) }
    return SHA256.hexadecimal(hasher.finish())
  }

  /// The examples of FIPS 180-2, appendix B, and the empty message.
  @Test(arguments: [true, false])
  func publishedMessagesHaveTheirPublishedDigests(instructions: Bool) {
    let examples: [([UInt8], String)] = [
      ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        [UInt8](repeating: 0x61, count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (message, expected) in examples {
      #expect(digest([message], instructions: instructions) == expected)
    }
  }

  /// However a message is cut, and whoever computes it.
  @Test func piecesOfAnyLengthAndBothWaysGiveTheSameDigest() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for length in [0, 1, 55, 56, 63, 64, 65, 119, 128, 300] {
      let whole = digest([Array(message[..<length])], instructions: false)
      for cut in 0...length {
        let pieces = [Array(message[..<cut]), Array(message[cut..<length])]
        #expect(digest(pieces, instructions: true) == whole)
        #expect(digest(pieces, instructions: false) == whole)
      }
    }
  }
}

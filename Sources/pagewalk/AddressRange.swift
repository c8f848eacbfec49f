import ArgumentParser

/// Addresses from one up to another, which is not among them: `0x1000-0x3000`, hexadecimal after `0x`, else decimal.
struct AddressRange {
  let addresses: Range<UInt64>
  /// As it was given.
  let text: String

  /// - Throws: What is wrong, for the parser of the command line to say of which option.
  init(parsing text: String) throws {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.address)
    guard ends.count == 2, let start = ends[0], let end = ends[1] else {
      throw ValidationError("write a range as A-B, its addresses hexadecimal after 0x, else decimal")
    }
    guard start < end else { throw ValidationError("A must be below B in a range A-B") }
    addresses = start..<end
    self.text = text
  }

  private static func address(_ text: Substring) -> UInt64? {
    guard text.first?.isHexDigit == true else { return nil }
    return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}

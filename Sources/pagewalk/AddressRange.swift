import ArgumentParser

/// Addresses from one up to another, which is not among them: `0x1000-0x3000`, hexadecimal after `0x`, else decimal.
struct AddressRange: ExpressibleByArgument {
  let addresses: Range<UInt64>
  /// As it was given.
  let text: String

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map(Self.address)
    guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
    addresses = start..<end
    text = argument
  }

  private static func address(_ text: Substring) -> UInt64? {
    guard text.first?.isHexDigit == true else { return nil }
    return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}

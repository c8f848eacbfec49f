import ArgumentParser

/// A number of accesses on the command line: in full, or as reports print large ones, in powers of ten.
enum AccessCount {
  private static let exponents: [Character: Int] = ["k": 3, "K": 3, "M": 6, "G": 9]

  /// - Throws: Which form it has, for the parser of the command line to say of which option.
  static func parse(_ text: String) throws -> UInt64 {
    guard let count = number(text) else {
      throw ValidationError("write a number of accesses, as 10000, 10k, 2.5M or 1G")
    }
    return count
  }

  /// Nil for what is no whole number of accesses.
  static func number(_ text: String) -> UInt64? {
    let exponent = text.last.flatMap { exponents[$0] }
    let parts = (exponent == nil ? text[...] : text.dropLast())
      .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1].count : 0
    guard parts.allSatisfy({ $0.wholeMatch(of: /[0-9]+/) != nil }), fraction <= exponent ?? 0 else {
      return nil
    }
    return UInt64(parts.joined() + String(repeating: "0", count: (exponent ?? 0) - fraction))
  }
}

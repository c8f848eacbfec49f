/// A number of accesses as people write it: in full, or as reports print large ones, in powers of ten: `5M`, `1.5k`.
public enum AccessCount {
  /// What the suffixes of numbers of accesses multiply by, as powers of ten.
  public static let exponents: [Character: Int] = ["k": 3, "K": 3, "M": 6, "G": 9]

  /// Nil for what is no whole number of accesses.
  public static func number(_ text: String) -> UInt64? {
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

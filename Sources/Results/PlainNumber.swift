/// Numbers as results carry them: decimal, no exponent below 1.8e19, no separators, the same everywhere.
public enum PlainNumber {
  /// `value` rounded half away from zero to at most `decimals` places, without trailing zeros. Values are
  /// finite and not negative; of those with more than 15 digits fewer places are kept.
  public static func text(_ value: Double, decimals: Int = 6) -> String {
    let (scaled, places, _) = scaled(value, decimals)
    guard scaled < 1.8e19 else { return value.description }
    let digits = String(UInt64(scaled))
    guard places > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = padded.dropLast(places)
    return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
  }

  /// The number that ``text(_:decimals:)`` reads back to: the quotient of two whole numbers below 2^53 is the nearest to
  /// the decimal.
  public static func rounded(_ value: Double) -> Double {
    let (scaled, _, scale) = scaled(value, 6)
    return scaled / scale
  }

  /// `value` times `scale`, which is ten to the power of `places`, as a whole number.
  private static func scaled(
    _ value: Double, _ decimals: Int
  ) -> (scaled: Double, places: Int, scale: Double) {
    var places = decimals
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    while places > 0, value * scale >= 9e15 {
      places -= 1
      scale /= 10
    }
    return ((value * scale).rounded(), places, scale)
  }

  /// The number written as digits with at most one point between them, rounded to six decimals; nil for
  /// anything else.
  public static func parse(_ text: String) -> Double? {
    let point = UInt8(ascii: ".")
    let bytes = text.utf8
    guard bytes.allSatisfy({ (48...57).contains($0) || $0 == point }) else { return nil }
    guard bytes.first != point, bytes.last != point, let value = Double(text), value < 9e15 else {
      return nil
    }
    return value < 9e9 ? (value * 1e6).rounded() / 1e6 : value
  }
}

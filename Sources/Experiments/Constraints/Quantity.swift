import Results

/// Numbers as plans write them: decimal, with a binary suffix where they are bytes.
enum Quantity {
  /// The number written; nil for other words.
  static func number(_ text: String) -> Double? {
    let factors: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    guard let last = text.last, let factor = factors[last] else { return PlainNumber.parse(text) }
    return PlainNumber.parse(String(text.dropLast())).map { $0 * factor }
  }

  static func text(_ number: Double) -> String { PlainNumber.text(number) }
}

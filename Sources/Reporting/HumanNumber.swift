import Results

/// Numbers for people: thousands separated, large ones scaled to three digits. Files carry plain numbers.
public enum HumanNumber {
  /// Whole below a million, with commas; else with M, G or T.
  public static func count(_ value: Double) -> String {
    let units: [(scale: Double, name: String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M")]
    // Just below a unit, rounding to three digits would reach a thousand of the one before.
    for unit in units where value >= unit.scale * 0.9995 {
      return "\(threeDigits(value / unit.scale)) \(unit.name)"
    }
    return grouped(PlainNumber.text(value, decimals: 0))
  }

  public static func count(_ value: UInt64) -> String { count(Double(value)) }

  /// In bytes up to KiB, MiB, GiB, TiB.
  public static func bytes(_ value: UInt64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    guard value >= 1024 else { return "\(value) B" }
    var scaled = Double(value) / 1024
    var unit = 0
    while scaled >= 999.5, unit < units.count - 1 {
      scaled /= 1024
      unit += 1
    }
    return "\(threeDigits(scaled)) \(units[unit])"
  }

  /// A share of 1 as a percentage.
  static func percentage(_ share: Double) -> String { "\(fixed(share * 100, 2)) %" }

  static func ratio(_ value: Double) -> String { "\(fixed(value, 2))x" }

  /// With exactly `places` decimals.
  public static func fixed(_ value: Double, _ places: Int) -> String {
    let parts = PlainNumber.text(value, decimals: places).split(separator: ".")
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    return "\(grouped(String(parts[0]))).\(fraction)\(String(repeating: "0", count: places - fraction.count))"
  }

  /// A price: whole, or with what decimals it has, at most two.
  static func price(_ value: Double) -> String {
    value == value.rounded() || value >= 1000 ? count(value) : PlainNumber.text(value, decimals: 2)
  }

  private static func threeDigits(_ value: Double) -> String {
    if value >= 99.95 { return grouped(PlainNumber.text(value, decimals: 0)) }
    return fixed(value, value >= 9.995 ? 1 : 2)
  }

  /// The digits of a whole number in groups of three.
  public static func grouped(_ digits: String) -> String {
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    return grouped
  }
}

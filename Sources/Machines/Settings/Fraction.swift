/// A share between 0 and 1, kept in thousandths so that equal spellings are equal values.
public struct Fraction: Hashable, Sendable, CustomStringConvertible {
  /// 0 to 1000.
  public let thousandths: Int

  /// The share as a number between 0 and 1.
  public var value: Double { Double(thousandths) / 1000 }

  /// - Parameter thousandths: clamped to 0 to 1000.
  public init(thousandths: Int) { self.thousandths = min(max(thousandths, 0), 1000) }

  public var description: String {
    guard thousandths % 1000 != 0 else { return String(thousandths / 1000) }
    var digits = String(1000 + thousandths).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "0." + digits
  }
}

extension Fraction: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    let parts = settingText.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : ""
    let isPlain = settingText.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) }
    guard isPlain, parts.count <= 2, decimals.count <= 3, let whole = Int(parts[0]), whole <= 1,
      let part = Int("0" + decimals + String(repeating: "0", count: 3 - decimals.count)),
      whole * 1000 + part <= 1000
    else { throw SettingValueError(reason: "write a share from 0 to 1, with up to three decimals") }
    self.init(thousandths: whole * 1000 + part)
  }
  var settingText: String { description }
  static var form: String { "share from 0 to 1" }
}

/// An amount of memory, spelled with a binary suffix: `4K`, `512M`, `16G`, `1T`, or in plain bytes.
public struct ByteCount: Hashable, Sendable, CustomStringConvertible {
  public let bytes: UInt64

  public init(bytes: UInt64) { self.bytes = bytes }

  /// Reads the spelled form; nil for anything else.
  public init?(parsing text: String) {
    guard let count = try? ByteCount(settingText: text) else { return nil }
    self = count
  }

  private static let suffixes: [(name: Character, shift: UInt64)] = [
    ("T", 40), ("G", 30), ("M", 20), ("K", 10),
  ]

  /// The shortest exact spelling.
  public var description: String {
    for (name, shift) in Self.suffixes where bytes != 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift)\(name)"
    }
    return String(bytes)
  }
}

extension ByteCount: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    let suffix = Self.suffixes.first { $0.name == settingText.last }
    let digits = suffix == nil ? settingText[...] : settingText.dropLast()
    guard let number = UInt64(digits), digits.first != "+" else {
      throw SettingValueError(reason: "write an amount of memory as 512M or 16G")
    }
    let shift = suffix?.shift ?? 0
    guard number <= UInt64.max >> shift else { throw SettingValueError(reason: "it is too large") }
    bytes = number << shift
  }
  var settingText: String { description }
  static var form: String { "bytes, as 512M or 16G" }
}

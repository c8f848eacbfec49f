import TranslationCaches

/// A value that a machine file or the command line can spell.
protocol SettingValue: Hashable, Sendable {
  /// Reads the spelled form.
  init(settingText: String) throws(SettingValueError)
  /// The canonical spelled form: reading it gives this value again.
  var settingText: String { get }
  /// The forms that can be read, for messages and documentation.
  static var form: String { get }
}

/// Why a text is not a value: what was expected, to stand behind the key and the text.
struct SettingValueError: Error {
  var reason: String
}

/// One of several names.
protocol SettingChoice: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension SettingChoice {
  init(settingText: String) throws(SettingValueError) {
    guard let value = Self(rawValue: settingText) else {
      throw SettingValueError(reason: "it is not one of \(Self.form)")
    }
    self = value
  }
  var settingText: String { rawValue }
  static var form: String { allCases.map(\.rawValue).joined(separator: "|") }
}

/// A geometry, or `off` for a structure that the machine lacks.
extension Optional: SettingValue where Wrapped == Geometry {
  init(settingText: String) throws(SettingValueError) {
    if settingText == "off" {
      self = nil
      return
    }
    do { self = try Geometry(parsing: settingText) } catch {
      throw SettingValueError(reason: error.description)
    }
  }
  var settingText: String { self?.description ?? "off" }
  static var form: String { "ENTRIESxWAYS|ENTRIESfa|off" }
}

extension ReplacementPolicy: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    do { self = try ReplacementPolicy(parsing: settingText) } catch {
      throw SettingValueError(reason: error.description)
    }
  }
  var settingText: String { rawValue }
  static var form: String { allCases.map(\.rawValue).joined(separator: "|") }
}

extension Bool: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    switch settingText {
    case "on": self = true
    case "off": self = false
    default: throw SettingValueError(reason: "it is not one of \(Self.form)")
    }
  }
  var settingText: String { self ? "on" : "off" }
  static var form: String { "on|off" }
}

extension UInt64: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    guard let number = UInt64(settingText), settingText.first != "+" else {
      throw SettingValueError(reason: "it is not a whole number")
    }
    self = number
  }
  var settingText: String { String(self) }
  static var form: String { "whole number" }
}

extension Int: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    let number = try UInt64(settingText: settingText)
    guard let value = Int(exactly: number) else { throw SettingValueError(reason: "it is too large") }
    self = value
  }
  var settingText: String { String(self) }
  static var form: String { "whole number" }
}

/// A value given to one setting in place of its default.
public struct SettingChange: Hashable, Sendable {
  public var key: String
  public var value: String
  /// Who says so, for `presets show`: a citation with its mark, a file, or the command line.
  public var source: String

  public init(_ key: String, _ value: String, source: String) {
    self.key = key
    self.value = value
    self.source = source
  }
}

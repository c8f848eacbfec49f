public import Results

extension Machine {
  /// Every setting that differs from another machine's shows here: `key=value` lines in the order of
  /// ``Setting/all``, whatever their origin.
  public var canonicalText: String { written.lines.joined() }

  /// The digest of ``canonicalText``, 32 hexadecimal digits: the same on every platform and run. The name is not
  /// part of it.
  public var digest: String { written.digest }

  /// The value of a setting as it would be written; nil for an unknown key.
  public func text(of key: String) -> String? { Setting.named(key)?.read(self) }

  /// The first setting of the guest model that is not at its default; nil where all are.
  public var changedGuestModelSetting: String? {
    Setting.all.first { $0.isOfGuestModel && $0.read(self) != $0.defaultText }?.key
  }

  /// Every setting as an axis of the results; empty where it means nothing on this machine (semantics rule 21).
  public var configuration: [ConfigurationAxis] { written.configuration }

  /// Every setting as it would be written.
  public var written: WrittenMachine { WrittenMachine(self) }
}

public import Results

extension Machine {
  /// Every setting that differs from another machine's shows here: `key=value` lines in the order of
  /// ``Setting/all``, whatever their origin.
  public var canonicalText: String {
    Setting.all.map { "\($0.key)=\($0.read(self))\n" }.joined()
  }

  /// The digest of ``canonicalText``, 32 hexadecimal digits: the same on every platform and run. The name is not
  /// part of it.
  public var digest: String { StableDigest(of: canonicalText).description }

  /// The value of a setting as it would be written; nil for an unknown key.
  public func text(of key: String) -> String? { Setting.named(key)?.read(self) }

  /// Every setting as an axis of the results; empty where it means nothing on this machine (semantics rule 21).
  public var configuration: [ConfigurationAxis] {
    Setting.all.map { ConfigurationAxis(key: $0.key, value: $0.applies(self) ? $0.read(self) : "") }
  }
}

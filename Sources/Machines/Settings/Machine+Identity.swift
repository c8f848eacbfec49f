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

  /// Whether a setting is one of the guest model, which means nothing for a recorded guest: all of `guest.*` but the levels
  /// of tables.
  private static func isOfGuestModel(_ setting: Setting) -> Bool {
    setting.key.hasPrefix("guest.") && setting.key != "guest.levels"
  }

  /// The first setting of the guest model that is not at its default; nil where all are.
  public var changedGuestModelSetting: String? {
    Setting.all.first { Self.isOfGuestModel($0) && $0.read(self) != $0.defaultText }?.key
  }

  /// The axes of the results for a recorded guest.
  public var configurationOfRecordedGuest: [ConfigurationAxis] {
    Setting.all.map { setting in
      let applies = setting.applies(self) && !Self.isOfGuestModel(setting)
      return ConfigurationAxis(key: setting.key, value: applies ? setting.read(self) : "")
    }
  }

  /// Every setting as an axis of the results; empty where it means nothing on this machine (semantics rule 21).
  public var configuration: [ConfigurationAxis] {
    Setting.all.map { ConfigurationAxis(key: $0.key, value: $0.applies(self) ? $0.read(self) : "") }
  }
}

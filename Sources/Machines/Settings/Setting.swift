public import Results
import TranslationCaches

/// One setting of a machine: its key, its default with the source of the number, and where it is kept.
///
/// ``all`` is the single definition of what a machine consists of. Machine files, `--set`, `presets show`, the
/// digest and the columns of results are derived from it; a new setting is one row there and one property. A class, as a
/// copy is one reference.
public final class Setting: Sendable {
  /// The dotted key, as in a machine file and after `--set`.
  public let key: String
  /// The default, as it would be written.
  public let defaultText: String
  /// What it decides, in one sentence, with its unit.
  public let meaning: String
  /// The values that can be written.
  public let form: String
  /// Whether values are shapes of caches.
  public let isGeometry: Bool
  /// Where the default comes from.
  public let source: Source

  /// The axis of the results, without a value.
  public let axis: ConfigurationAxis

  let read: @Sendable (Machine) -> String
  let write: @Sendable (inout Machine, String) throws(SettingValueError) -> Void
  /// Whether the setting means anything on a machine whose other settings are as they are.
  let applies: @Sendable (Machine) -> Bool

  convenience init<Value: SettingValue>(
    _ key: String, _ property: any WritableKeyPath<Machine, Value> & Sendable, _ defaultText: String,
    _ meaning: String, _ source: Source, within range: ClosedRange<Value>,
    applies: @escaping @Sendable (Machine) -> Bool = { _ in true }
  ) where Value: Comparable {
    self.init(key, property, defaultText, meaning, source, applies: applies) {
      value throws(SettingValueError) in
      guard !range.contains(value) else { return }
      throw SettingValueError(
        reason: "it must be from \(range.lowerBound.settingText) to \(range.upperBound.settingText)")
    }
  }

  init<Value: SettingValue>(
    _ key: String, _ property: any WritableKeyPath<Machine, Value> & Sendable, _ defaultText: String,
    _ meaning: String, _ source: Source, applies: @escaping @Sendable (Machine) -> Bool = { _ in true },
    check: @escaping @Sendable (Value) throws(SettingValueError) -> Void = { _ in }
  ) {
    self.key = key
    axis = ConfigurationAxis(key: key)
    self.defaultText = defaultText
    self.meaning = meaning
    self.source = source
    self.form = Value.form
    self.isGeometry = Value.self == Geometry?.self
    self.applies = applies
    read = { $0[keyPath: property].settingText }
    write = { (machine, text) throws(SettingValueError) in
      let value = try Value(settingText: text)
      try check(value)
      machine[keyPath: property] = value
    }
  }

  /// Whether the setting is one of the guest model, which means nothing for a recorded guest: all of `guest.*` but the
  /// levels of tables.
  var isOfGuestModel: Bool { key.hasPrefix("guest.") && key != "guest.levels" }

  /// Every setting, in the order in which machines are shown.
  public static let all: [Setting] =
    firstLevels + secondLevel + walkCaches + tagging + guestTables + guestCounts
    + hypervisor

  /// The setting with this key.
  public static func named(_ key: String) -> Setting? { byKey[key] }

  /// The cache in whose key an unknown one begins: `l2` for `l2.sets`.
  public static func cache(above key: String) -> String? {
    all.first { $0.isGeometry && key.hasPrefix("\($0.key).") }?.key
  }

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
}

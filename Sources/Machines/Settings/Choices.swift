public import Addressing
import PageTables
import TranslationCaches

/// Whether instructions and data have first-level TLBs of their own.
public enum FirstLevelSharing: String, CaseIterable, Sendable {
  case split
  /// One first level for both; its geometries are the data side's.
  case unified
}

/// Whether instructions and data share the second-level TLB.
public enum SecondLevelSharing: String, CaseIterable, Sendable {
  case shared
  /// Each side has a second level of the given geometries of its own.
  case split
}

/// What a write to a page costs that a TLB entry was filled for by a read (semantics rule 7).
public enum DirtyTracking: String, CaseIterable, Sendable {
  /// An entry holds the dirty bit as its fill found it, so that a write walks again only if it was clear.
  case cached
  /// The first write since the entry was filled walks again, whatever the table says.
  case sinceFill = "since-fill"
}

/// Which page sizes a guest operating system maps.
public enum PagePolicy: String, CaseIterable, Sendable {
  case only4K = "4K"
  /// Every fault maps an aligned 2 MiB page; smaller where no frame is free or something is mapped already.
  case only2M = "2M"
  /// Every fault maps an aligned 1 GiB page; smaller where no frame is free or something is mapped already.
  case only1G = "1G"
  /// Transparent large pages: 2 MiB where a whole aligned range is anonymous memory of one mapping.
  case transparent = "thp"

  /// The size that every fault asks for; nil where it depends on the mapping.
  public var fixedSize: PageSize? { PageSize(name: rawValue) }
}

/// Whether the guest's kernel is part of the replay of a user trace (semantics rule 17).
public enum KernelActivity: String, CaseIterable, Sendable {
  case silent
  /// The pages that the kernel touches in zeroing and in storing to tables are accessed, too.
  case touches
}

/// What is flushed when another virtual machine gets its turn.
public enum SwitchFlush: String, CaseIterable, Sendable {
  /// Nothing: entries are tagged with their virtual machine.
  case none
  /// Every TLB and walk cache.
  case all
}

extension FirstLevelSharing: SettingChoice {}
extension SecondLevelSharing: SettingChoice {}
extension DirtyTracking: SettingChoice {}
extension FrameAllocatorKind: SettingChoice {}
extension BackingMode: SettingChoice {}
extension SwitchFlush: SettingChoice {}
extension SetIndexing: SettingChoice {}

extension KernelActivity: SettingChoice {
  init(settingText: String) throws(SettingValueError) {
    guard settingText != Self.touches.rawValue else {
      throw SettingValueError(reason: "the kernel's own accesses are not modelled; leave it at silent")
    }
    guard let value = Self(rawValue: settingText) else {
      throw SettingValueError(reason: "it is not one of \(Self.form)")
    }
    self = value
  }
  static var form: String { Self.silent.rawValue }
}

extension PagePolicy: SettingChoice {
  init(settingText: String) throws(SettingValueError) {
    guard let value = Self(rawValue: settingText) else {
      throw SettingValueError(
        reason:
          "it is not a supported page size; choose one of 4K, 2M, 1G, or thp for transparent large pages")
    }
    self = value
  }
}

extension PageSize: SettingValue {
  init(settingText: String) throws(SettingValueError) {
    guard let size = PageSize(name: settingText) else {
      throw SettingValueError(reason: "it is not a supported page size; choose one of \(Self.form)")
    }
    self = size
  }
  var settingText: String { name }
  static var form: String { "4K|2M|1G" }
}

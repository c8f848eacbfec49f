import Results

/// A named machine: the defaults of ``Setting/all`` with changes.
public struct Preset: Hashable, Sendable {
  public let name: String
  /// What it is good for, in one sentence.
  public let summary: String
  public let changes: [SettingChange]

  /// Every preset, the default first.
  public static let all: [Preset] = [.skylakeLRU, .textbook, .toy]

  public static let `default` = skylakeLRU

  /// The sizes of Skylake's TLBs and walk caches with plain replacement and indexing: every default of
  /// ``Setting/all``.
  public static let skylakeLRU = Preset(
    name: "skylake-lru", summary: "Skylake's sizes, with LRU replacement and modulo indexing.", changes: [])

  /// Every reference of a walk is made, so that a two-dimensional walk of four levels shows its 24.
  public static let textbook = Preset(
    name: "textbook",
    summary: "Skylake's TLBs without walk caches and nested TLB: walks show every reference.",
    changes: ["pwc.guest", "pwc.host"].flatMap { caches in
      ["pde", "pdpte", "pml4e", "pml5e"].map { off("\(caches).\($0)") }
    } + [off("nested-tlb")])

  /// Small enough to follow by hand.
  public static let toy = Preset(
    name: "toy", summary: "Two-level tables in both dimensions and a four-entry TLB, to follow by hand.",
    changes: textbook.changes + [
      teaching("l1.split", "unified"), teaching("l1d.4K", "4fa"), teaching("l1d.2M", "4fa"),
      teaching("l1d.1G", "off"), teaching("l2", "off"), teaching("l2.1G", "off"),
      teaching("guest.levels", "2"), teaching("host.levels", "2"), teaching("vm.memory", "16M"),
      teaching("vm.quantum", "8"),
    ])

  /// The preset of this name.
  ///
  /// - Throws: ``MachineError`` with the nearest name where there is none.
  public static func named(_ name: String) throws(MachineError) -> Preset {
    guard name != "skylake" else { throw .reservedPreset(name, use: skylakeLRU.name) }
    guard let preset = all.first(where: { $0.name == name }) else {
      throw .unknownPreset(name, suggestion: Spelling.nearest(to: name, among: all.map(\.name)))
    }
    return preset
  }

  private static func off(_ key: String) -> SettingChange {
    SettingChange(
      key, "off", source: Source("none, so that walks show every reference", .derived).description)
  }

  private static func teaching(_ key: String, _ value: String) -> SettingChange {
    SettingChange(key, value, source: Source("small, for teaching", .estimate).description)
  }
}

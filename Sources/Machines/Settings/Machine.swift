public import Addressing
public import PageTables
public import TranslationCaches

/// The hardware, the guests and the hypervisor of one simulated machine; consistent once made.
///
/// Every property is described by a ``Setting``; ``Setting/all`` names them as users do.
public struct Machine: Sendable, Hashable {
  /// The name in results: a preset's or a machine file's.
  public internal(set) var name = ""

  public internal(set) var firstLevelSharing = FirstLevelSharing.split
  public internal(set) var l1d = FirstLevel()
  /// The instruction side; the same as ``l1d`` where the first level is unified.
  public internal(set) var l1i = FirstLevel()
  public internal(set) var l2 = SecondLevel()
  public internal(set) var dirtyTracking = DirtyTracking.cached
  /// Caches of a guest table's upper entries.
  public internal(set) var guestWalkCaches = WalkCaches()
  /// Caches of a real map table's upper entries.
  public internal(set) var hostWalkCaches = WalkCaches()
  public internal(set) var nestedTLB: Geometry?
  public internal(set) var nestedTLBPolicy = ReplacementPolicy.lru
  public internal(set) var vpid = true
  public internal(set) var pcid = false
  public internal(set) var guest = Guest()
  public internal(set) var host = Host()
  public internal(set) var vm = VirtualMachines()
  public internal(set) var seed: UInt64 = 0

  /// A preset with some settings changed, in order; a later change of a key wins.
  ///
  /// - Throws: ``MachineError`` for an unknown key, a value that cannot be read, or settings that do not agree.
  public init(_ preset: Preset = .default, changes: [SettingChange] = []) throws(MachineError) {
    self = try Self.defaults.get()
    name = preset.name
    for change in preset.changes + changes {
      guard let setting = Setting.named(change.key) else {
        throw .unknownKey(change.key, suggestion: StrategyVocabulary().suggestion(for: change.key))
      }
      try write(change.value, to: setting)
    }
    if firstLevelSharing == .unified { l1i = l1d }
    try validate()
  }

  /// Every setting at its default.
  private static let defaults = Result { () throws(MachineError) in
    var machine = Machine(blank: ())
    for setting in Setting.all { try machine.write(setting.defaultText, to: setting) }
    return machine
  }

  private init(blank: Void) {}

  /// What the hypervisor needs to know of the machine.
  public var hypervisor: HypervisorSettings {
    var settings = HypervisorSettings()
    settings.hostPage = host.page
    settings.backing = host.backing
    settings.allocator = host.allocator
    settings.fragmentation = host.fragmentation.value
    settings.seed = seed
    settings.realMemoryBytes = vm.memory.bytes
    return settings
  }

  private mutating func write(_ text: String, to setting: Setting) throws(MachineError) {
    do { try setting.write(&self, text) } catch {
      throw .invalidValue(key: setting.key, value: text, reason: error.reason)
    }
  }
}

extension Machine {
  /// The first-level TLB of one side. Nil is a page size of which that level keeps nothing.
  public struct FirstLevel: Sendable, Hashable {
    public internal(set) var page4K: Geometry?
    public internal(set) var page2M: Geometry?
    public internal(set) var page1G: Geometry?
    public internal(set) var policy = ReplacementPolicy.lru
    public internal(set) var index = SetIndexing.modulo

    /// The structure for pages of `size`.
    public subscript(size: PageSize) -> Geometry? {
      switch size {
      case .size4K: page4K
      case .size2M: page2M
      case .size1G: page1G
      }
    }
  }

  /// The second-level TLB. Nil is a structure that the machine lacks.
  public struct SecondLevel: Sendable, Hashable {
    /// For pages of 4 KiB and of 2 MiB together.
    public internal(set) var page4K2M: Geometry?
    public internal(set) var page1G: Geometry?
    public internal(set) var policy = ReplacementPolicy.lru
    public internal(set) var index = SetIndexing.modulo
    public internal(set) var sharing = SecondLevelSharing.shared
  }

  /// The walk caches of one dimension, by the level of the entries they spare. Nil is none.
  public struct WalkCaches: Sendable, Hashable {
    /// Spares the walk down to the leaf table: entries of level 2.
    public internal(set) var pde: Geometry?
    public internal(set) var pdpte: Geometry?
    public internal(set) var pml4e: Geometry?
    public internal(set) var pml5e: Geometry?
    public internal(set) var policy = ReplacementPolicy.lru

    /// The cache of entries at `level`, from 2 for those that point to leaf tables.
    public subscript(level: Int) -> Geometry? {
      switch level {
      case 2: pde
      case 3: pdpte
      case 4: pml4e
      case 5: pml5e
      default: nil
      }
    }
  }

  /// The guest operating systems: their tables, and the counts of semantics rule 16.
  public struct Guest: Sendable, Hashable {
    public internal(set) var levels = 4
    public internal(set) var page = PagePolicy.only4K
    public internal(set) var allocator = FrameAllocatorKind.sequential
    public internal(set) var fragmentation = Fraction(thousandths: 0)
    public internal(set) var kernel = KernelActivity.silent
    public internal(set) var zeroPage = false
    public internal(set) var breakStores = 2
    public internal(set) var protectStores = 2
    public internal(set) var exitStores = 1
    public internal(set) var clearsTables = true
    /// In pages.
    public internal(set) var invlpgLimit = 33
  }

  /// The hypervisor: its tables and how it backs real memory.
  public struct Host: Sendable, Hashable {
    public internal(set) var levels = 4
    public internal(set) var page = PageSize.size4K
    public internal(set) var allocator = FrameAllocatorKind.sequential
    public internal(set) var fragmentation = Fraction(thousandths: 0)
    public internal(set) var backing = BackingMode.onDemand
  }

  /// What virtual machines get of the machine.
  public struct VirtualMachines: Sendable, Hashable {
    /// Real memory of each.
    public internal(set) var memory = ByteCount(bytes: 0)
    /// Accesses of one turn.
    public internal(set) var quantum: UInt64 = 0
    public internal(set) var switchFlush = SwitchFlush.none
  }
}

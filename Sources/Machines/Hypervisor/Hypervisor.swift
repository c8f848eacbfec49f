public import Addressing
public import PageTables

/// The hypervisor's memory: which physical page backs each page of each virtual machine's real memory.
///
/// Physical memory is as large as all machines' real memory together and 1/256 larger, so that frames pinned
/// by fragmentation leave enough; what the hypervisor keeps for itself, its tables, lies in a region of its
/// own. Pages of different machines never overlap. Nothing is kept that grows with the size of the memory,
/// only with what is backed on demand.
public struct Hypervisor: Sendable {
  public let settings: HypervisorSettings
  /// The number of virtual machines.
  public let machineCount: Int
  /// Frames for the hypervisor's own tables: real map tables and shadow tables.
  public var tableFrames: SequentialAllocator<Physical>

  private let placement: BackingPlacement
  private var frames: SelectedAllocator<Physical>
  /// What was backed on demand, by ``key(_:vm:size:)``: the base of the page, or ``splintered``.
  private var backed: [UInt64: UInt64] = [:]

  /// The mark of a large range whose page could not be had, so that smaller ones back it.
  private static let splintered = UInt64.max

  public init(_ settings: HypervisorSettings, vms: Int) throws(HypervisorError) {
    let gibibyte = PageSize.size1G.bytes
    let limit = UInt64(1) << 48
    guard vms > 0, vms < 1 << 20, (4096...limit).contains(settings.realMemoryBytes),
      settings.realMemoryBytes <= limit / UInt64(vms)
    else { throw .unsupportedMemory(bytes: settings.realMemoryBytes, machines: vms) }
    guard (0...1).contains(settings.fragmentation) else {
      throw .unsupportedFragmentation(settings.fragmentation)
    }
    let span = (settings.realMemoryBytes + gibibyte - 1) & ~(gibibyte - 1)
    let total = span * UInt64(vms)
    let capacity = (total + total / 256 + gibibyte - 1) & ~(gibibyte - 1)
    self.settings = settings
    machineCount = vms
    placement = BackingPlacement(settings, vms: vms, span: span, replacements: capacity)
    frames = SelectedAllocator(
      settings.allocator, FrameRegion(bytes: capacity, setting: "vm.memory"),
      fragmentation: settings.fragmentation, seed: settings.seed, sizes: [settings.hostPage])
    // Room for the tables of thousands of address spaces; only addresses are used up.
    tableFrames = SequentialAllocator(
      FrameRegion(base: PhysicalAddress(2 * capacity), bytes: 1 << 46, setting: "the region of tables"))
  }

  /// Physical memory in use by virtual machines, on demand; 0 where it is prepopulated. In bytes.
  public var backedBytes: UInt64 { frames.allocatedBytes }

  /// The page behind `real`, allocated now if there is none: of the host page size, or of the largest smaller
  /// size that is to be had.
  public mutating func back(_ real: RealAddress, vm: Int) throws(HypervisorError) -> Backing {
    try check(real, vm: vm)
    if settings.backing == .prepopulated { return placement.backing(of: real, vm: vm) }
    var size = settings.hostPage
    while true {
      let key = Self.key(real, vm: vm, size: size)
      if let base = backed[key] {
        if base != Self.splintered { return Backing(base: PhysicalAddress(base), size: size, isNew: false) }
      } else if let base = try allocate(size) {
        backed[key] = base.rawValue
        return Backing(base: base, size: size, isNew: true)
      } else {
        backed[key] = Self.splintered
      }
      size = size == .size1G ? .size2M : .size4K
    }
  }

  /// The page behind `real`, or nil where there is none, or no such machine or memory.
  public func backing(of real: RealAddress, vm: Int) -> Backing? {
    guard (0..<machineCount).contains(vm), real.rawValue < settings.realMemoryBytes else { return nil }
    if settings.backing == .prepopulated { return placement.backing(of: real, vm: vm) }
    for size in PageSize.allCases.reversed() where size <= settings.hostPage {
      guard let base = backed[Self.key(real, vm: vm, size: size)] else { return nil }
      if base != Self.splintered { return Backing(base: PhysicalAddress(base), size: size, isNew: false) }
    }
    return nil
  }

  private func check(_ real: RealAddress, vm: Int) throws(HypervisorError) {
    guard (0..<machineCount).contains(vm) else { throw .unknownMachine(vm, count: machineCount) }
    guard real.rawValue < settings.realMemoryBytes else {
      throw .beyondMemory(real, vm: vm, bytes: settings.realMemoryBytes)
    }
  }

  /// A frame of `size`; nil where a smaller one may do instead.
  private mutating func allocate(_ size: PageSize) throws(HypervisorError) -> PhysicalAddress? {
    do {
      return try frames.allocate(size)
    } catch {
      if size == .size4K { throw .outOfFrames(error) }
      return nil
    }
  }

  /// One number for a page of a size in a machine: the page number takes 36 bits, the level of the size 2.
  private static func key(_ real: RealAddress, vm: Int, size: PageSize) -> UInt64 {
    UInt64(vm) << 38 | UInt64(size.leafLevel) << 36 | real.alignedDown(to: size).pageNumber
  }
}

import Addressing
import Machines
import PageTables

/// The shadow tables of all address spaces of a lane, one root for each.
struct ShadowTables: Sendable {
  typealias Node = PageTable<Virtual, Physical>.Node

  /// Whose a shadow table is: an address space's of a virtual machine, on whatever processor.
  struct Space: Hashable, Sendable {
    var vm: Int
    /// The root of the guest's table; nil before one was loaded.
    var root: RealAddress?
  }

  /// A shadow entry of 2 MiB or more, found again by the real range it maps.
  struct LargeEntry: Hashable, Sendable {
    var space: Space
    var base: VirtualAddress
    var size: PageSize
  }

  var table: PageTable<Virtual, Physical>
  private var roots: [Space: Node] = [:]
  /// Large entries by virtual machine and 1 GiB real range.
  private var largeEntries: [RealRange: [LargeEntry: RealAddress]] = [:]

  private struct RealRange: Hashable {
    var vm: Int
    var number: UInt64
  }

  init(_ shape: TableShape) { table = PageTable(shape) }

  /// The root of an address space's shadow table, made on first use.
  mutating func root(of space: Space, on platform: inout Platform) throws(TranslationError) -> Node {
    if let root = roots[space] { return root }
    do {
      let root = try table.makeRoot(frames: &platform.hypervisor.tableFrames)
      roots[space] = root
      return root
    } catch {
      throw .table(error)
    }
  }

  /// Whether smaller entries may stand where a page of `size` is to be mapped.
  func hasTable(of space: Space, _ page: VirtualAddress, _ size: PageSize) -> Bool {
    guard let root = roots[space] else { return false }
    let end = table.walk(root: root, page, downTo: size.leafLevel)
    return end.level == size.leafLevel && end.entry.isPresent && !end.entry.isLeaf(atLevel: end.level)
  }

  /// The size of the entry that maps an address; 4 KiB where none does.
  func leafSize(of space: Space, _ address: VirtualAddress) -> PageSize {
    guard let root = roots[space] else { return .size4K }
    return table.walk(root: root, address).size ?? .size4K
  }

  /// Writes the entry of a page, in place of one of the same size.
  mutating func compose(
    _ space: Space, _ page: VirtualAddress, to physical: PhysicalAddress, _ size: PageSize,
    _ permissions: PathPermissions, isGlobal: Bool, real: RealAddress, on platform: inout Platform
  ) throws(TranslationError) {
    let root = try self.root(of: space, on: &platform)
    var flags: PageTableEntry.Flags = [.present, .user, .accessed]
    if isGlobal { flags.insert(.global) }
    if permissions.isWritable { flags.formUnion([.writable, .dirty]) }
    if !permissions.isExecutable { flags.insert(.noExecute) }
    let end = table.walk(root: root, page, downTo: size.leafLevel)
    if end.level == size.leafLevel, end.entry.isPresent {
      if size > .size4K { flags.insert(.large) }
      table.setEntry(end.node, end.index, PageTableEntry(physical, flags))
    } else {
      do {
        try table.map(
          root: root, page, to: physical, size: size, flags: flags,
          frames: &platform.hypervisor.tableFrames, onStore: { _ in })
      } catch {
        throw .table(error)
      }
    }
    if size > .size4K {
      let range = RealRange(vm: platform.vm, number: real.rawValue >> PageSize.size1G.shift)
      largeEntries[range, default: [:]][LargeEntry(space: space, base: page, size: size)] = real
    }
  }

  /// The large entries whose real range holds `frame`, in the order of their addresses.
  func largeEntries(around frame: RealAddress, vm: Int) -> [LargeEntry] {
    let range = RealRange(vm: vm, number: frame.rawValue >> PageSize.size1G.shift)
    return (largeEntries[range] ?? [:])
      .filter { frame.alignedDown(to: $0.key.size) == $0.value }
      .map(\.key)
      .sorted { ($0.space.root?.rawValue ?? 0, $0.base) < ($1.space.root?.rawValue ?? 0, $1.base) }
  }

  /// Removes every entry that maps a part of the range; returns how many there were.
  mutating func zap(
    _ space: Space, _ start: VirtualAddress, length: UInt64, on platform: inout Platform
  ) -> UInt64 {
    guard let root = roots[space] else { return 0 }
    let last = start.advanced(by: length - 1)
    var zapped: UInt64 = 0
    var next = start
    while let (input, leaf) = table.firstMapping(root: root, from: next, through: last) {
      guard let size = leaf.size else { break }
      let page = input.alignedDown(to: size)
      if size > .size4K { forgetLarge(LargeEntry(space: space, base: page, size: size), vm: platform.vm) }
      table.unmap(root: root, page, frames: &platform.hypervisor.tableFrames, onStore: { _ in })
      zapped += 1
      let end = page.advanced(by: size.bytes - 1)
      guard end < last else { break }
      next = end.advanced(by: 1)
    }
    return zapped
  }

  /// Frees the tables of an address space that is gone.
  mutating func release(_ space: Space, on platform: inout Platform) {
    guard let root = roots.removeValue(forKey: space) else { return }
    table.release(root: root, frames: &platform.hypervisor.tableFrames, onStore: { _ in })
    for range in largeEntries.keys where range.vm == platform.vm {
      largeEntries[range] = largeEntries[range]?.filter { $0.key.space != space }
    }
  }

  /// Flips a frame bit of the leaf that maps `address`.
  mutating func corruptLeaf(of space: Space, _ address: VirtualAddress) -> Bool {
    guard let root = roots[space] else { return false }
    let end = table.walk(root: root, address)
    guard let size = end.size else { return false }
    table.setEntry(end.node, end.index, PageTableEntry(rawValue: end.entry.rawValue ^ size.bytes))
    return true
  }

  private mutating func forgetLarge(_ entry: LargeEntry, vm: Int) {
    for range in largeEntries.keys where range.vm == vm { largeEntries[range]?[entry] = nil }
  }
}

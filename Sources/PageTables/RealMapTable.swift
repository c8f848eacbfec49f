public import Addressing

/// A virtual machine's map from real to physical memory, which the hypervisor keeps and walks read.
///
/// In its radix form it is a page table of the usual kind, the nested table of x86; in its flat form an array
/// indexed by real page number, read with one reference. Only the tables of the form chosen are used.
public struct RealMapTable: Sendable {
  /// How the map is laid out, by the names that machine files and results use.
  public enum Form: String, CaseIterable, Hashable, Sendable, Codable {
    case radix
    case flat
  }

  public let form: Form
  /// The root of ``radix``.
  public let root: PageTable<Real, Physical>.Node
  public private(set) var radix: PageTable<Real, Physical>
  public private(set) var flat: FlatTable<Real, Physical>

  /// An empty map of `realBytes` of memory. The flat form takes its whole array from `frames` at once, the
  /// radix form, of `shape`, its root.
  public init(
    _ form: Form, shape: TableShape, realBytes: UInt64, frames: inout SequentialAllocator<Physical>
  ) throws(TableError) {
    self.form = form
    radix = PageTable(shape)
    switch form {
    case .radix:
      root = try radix.makeRoot(frames: &frames)
      flat = FlatTable(base: PhysicalAddress(0), pageCount: 0)
    case .flat:
      let pages = (realBytes + 4095) >> 12
      root = PageTable<Real, Physical>.none
      do {
        flat = FlatTable(base: try frames.allocateRun(bytes: pages * 8), pageCount: pages)
      } catch {
        throw .outOfFrames(error)
      }
    }
  }

  /// The bytes of physical memory that the map takes.
  public var bytes: UInt64 { form == .radix ? radix.bytes : flat.bytes }

  /// Maps the page of `size` around `real` to `physical`; returns whether that changed anything. A page
  /// mapped there already is replaced if it has the same size, else it must be removed first.
  @discardableResult
  public mutating func establish(
    _ real: RealAddress, to physical: PhysicalAddress, size: PageSize,
    flags: PageTableEntry.Flags = [.writable, .user], frames: inout SequentialAllocator<Physical>
  ) throws(TableError) -> Bool {
    guard form == .radix else { return try flat.map(real, to: physical, size: size, flags: flags) }
    let end = radix.walk(root: root, real)
    guard end.size == size else {
      let page = real.alignedDown(to: size)
      try radix.map(
        root: root, page, to: physical, size: size, flags: flags, frames: &frames, onStore: { _ in })
      return true
    }
    var entry = PageTableEntry(physical, flags.union(.present))
    if size != .size4K { entry.flags.insert(.large) }
    guard entry != end.entry else { return false }
    radix.setEntry(end.node, end.index, entry)
    return true
  }

  /// Unmaps the page around `real`, whole, and frees the tables that this empties. Returns its size, or nil
  /// where none was mapped.
  @discardableResult
  public mutating func remove(
    _ real: RealAddress, frames: inout SequentialAllocator<Physical>
  ) -> PageSize? {
    guard form == .radix else { return flat.unmap(real) }
    return radix.unmap(root: root, real, frames: &frames, onStore: { _ in })?.size
  }

  /// Sets flags of the entry that a walk of ``radix`` ended at, as a walk does with accessed and dirty.
  public mutating func insert(_ flags: PageTableEntry.Flags, _ end: TableWalk) {
    radix.insert(flags, end.node, end.index)
  }

  /// The page that `real` lies in, or nil where none is mapped.
  @inlinable public func mapping(of real: RealAddress) -> (base: PhysicalAddress, size: PageSize)? {
    if form == .flat {
      let entry = flat.entry(real)
      guard entry.isPresent else { return nil }
      let size = FlatTable<Real, Physical>.size(of: entry)
      return (entry.page(size, in: Physical.self), size)
    }
    let end = radix.walk(root: root, real)
    guard let size = end.size else { return nil }
    return (end.entry.page(size, in: Physical.self), size)
  }

  /// What `real` translates to, or nil where nothing is mapped.
  @inlinable public func translate(_ real: RealAddress) -> PhysicalAddress? {
    guard let page = mapping(of: real) else { return nil }
    return page.base.advanced(by: real.offset(in: page.size))
  }
}

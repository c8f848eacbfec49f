public import Addressing

/// A page table that is one array, indexed by page number: every translation reads one entry.
///
/// The array has an entry of 8 bytes for each 4 KiB page of the input memory; a larger page has its entry in
/// each of its places, and the entry carries the page's size. The simulator keeps what has been established,
/// in chunks of 512 entries, and a chunk inside one large page as a single entry; ``bytes`` is what the array
/// would take.
@frozen public struct FlatTable<Input: AddressSpace, Output: AddressSpace>: Sendable {
  /// Where the array starts in the output memory.
  public let base: Address<Output>
  /// The entries of the array: the input memory's size in pages of 4 KiB.
  public let pageCount: UInt64

  /// For each chunk the entry that fills it, or an empty one.
  @usableFromInline var uniform: [PageTableEntry] = []
  /// For each chunk the position of its entries in `entries`, or -1.
  @usableFromInline var places: [Int32] = []
  @usableFromInline var entries: [PageTableEntry] = []
  private var freePlaces: [Int32] = []

  /// An empty table over the first `pageCount` pages of the input memory.
  public init(base: Address<Output>, pageCount: UInt64) {
    self.base = base
    self.pageCount = pageCount
  }

  /// The bytes of the whole array.
  public var bytes: UInt64 { pageCount * 8 }

  /// Where the entry for `input` lies: what a translation reads.
  @inlinable @inline(__always) public func entryAddress(_ input: Address<Input>) -> Address<Output> {
    base.advanced(by: input.pageNumber &<< 3)
  }

  /// The entry for `input`, whose page starts where a page of its size starts.
  @inlinable @inline(__always) public func entry(_ input: Address<Input>) -> PageTableEntry {
    let chunk = Int(truncatingIfNeeded: input.pageNumber &>> 9)
    guard chunk < uniform.count else { return .empty }
    let filled = uniform[chunk]
    let place = places[chunk]
    if place < 0 { return filled }
    return entries[Int(place) &<< 9 &+ Int(truncatingIfNeeded: input.pageNumber & 511)]
  }

  /// The size of the page that an entry of this table maps: kept in two of the bits that x86 leaves to
  /// software.
  @inlinable @inline(__always) public static func size(of entry: PageTableEntry) -> PageSize {
    switch entry.rawValue &>> 9 & 3 {
    case 0: .size4K
    case 1: .size2M
    default: .size1G
    }
  }

  /// What `input` translates to, or nil where nothing is mapped.
  @inlinable public func translate(_ input: Address<Input>) -> Address<Output>? {
    let entry = self.entry(input)
    guard entry.isPresent else { return nil }
    let size = Self.size(of: entry)
    return entry.page(size, in: Output.self).advanced(by: input.offset(in: size))
  }

  /// Maps the page of `size` around `input` to `output`, over whatever is mapped there; returns whether that
  /// changed anything. Larger pages that it overlaps in part must have been removed.
  @discardableResult
  public mutating func map(
    _ input: Address<Input>, to output: Address<Output>, size: PageSize, flags: PageTableEntry.Flags
  ) throws(TableError) -> Bool {
    guard input.pageNumber < pageCount else {
      let bits = 64 - (max(pageCount << 12, 1) - 1).leadingZeroBitCount
      throw .notCovered(address: input.rawValue, bits: bits)
    }
    guard output.offset(in: size) == 0 else { throw .misaligned(address: output.rawValue, size: size) }
    var entry = PageTableEntry(output, flags.union(.present))
    entry.rawValue |= UInt64(size.leafLevel - 1) << 9
    guard self.entry(input) != entry else { return false }
    fill(input.alignedDown(to: size), size, with: entry)
    return true
  }

  /// Unmaps the page around `input`, whole; returns its size, or nil where none was mapped.
  @discardableResult
  public mutating func unmap(_ input: Address<Input>) -> PageSize? {
    let entry = self.entry(input)
    guard entry.isPresent else { return nil }
    let size = Self.size(of: entry)
    fill(input.alignedDown(to: size), size, with: .empty)
    return size
  }

  private mutating func fill(_ page: Address<Input>, _ size: PageSize, with entry: PageTableEntry) {
    let first = Int(page.pageNumber >> 9)
    let chunks = max(1, Int(size.basePages >> 9))
    let missing = first + chunks - uniform.count
    if missing > 0 {
      uniform.append(contentsOf: repeatElement(.empty, count: missing))
      places.append(contentsOf: repeatElement(-1, count: missing))
    }
    if size == .size4K {
      let place = Int(materialise(first))
      entries[place * 512 + Int(page.pageNumber & 511)] = entry
      return
    }
    for chunk in first..<first + chunks {
      if places[chunk] >= 0 { freePlaces.append(places[chunk]) }
      places[chunk] = -1
      uniform[chunk] = entry
    }
  }

  /// Gives the chunk entries of its own.
  private mutating func materialise(_ chunk: Int) -> Int32 {
    if places[chunk] >= 0 { return places[chunk] }
    let place: Int32
    if let free = freePlaces.popLast() {
      place = free
      for index in 0..<512 { entries[Int(place) * 512 + index] = uniform[chunk] }
    } else {
      place = Int32(entries.count / 512)
      entries.append(contentsOf: repeatElement(uniform[chunk], count: 512))
    }
    places[chunk] = place
    return place
  }
}

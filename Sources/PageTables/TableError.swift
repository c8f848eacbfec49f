public import Addressing

/// Why a page table refused a change.
public enum TableError: Error, Hashable, Sendable {
  case unsupportedLevels(Int)
  case unsupportedRoot(PageSize, levels: Int)
  /// The address lies outside what the table's levels translate.
  case notCovered(address: UInt64, bits: Int)
  case misaligned(address: UInt64, size: PageSize)
  /// A page of this size is larger than what an entry of the root covers.
  case unsupportedSize(PageSize, levels: Int)
  /// Something is mapped at the address already, or a table stands where the page's entry belongs.
  case occupied(address: UInt64, level: Int)
  case notSplittable(address: UInt64, level: Int)
  case outOfFrames(OutOfFrames)
  /// A store that is not of 1, 2, 4 or 8 bytes within one entry.
  case malformedStore(address: RealAddress, width: UInt8)
  case malformedTable(address: RealAddress, level: Int)
  /// One frame would be a table of two levels at once.
  case conflictingLevels(frame: RealAddress, known: Int, wanted: Int)
  /// A table stands at more places of address spaces than can be listed in so many steps.
  case tooManyPlaces(table: RealAddress, steps: Int)
}

extension TableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsupportedLevels(let levels):
      "a page table has 1 to 5 levels, not \(levels)"
    case .unsupportedRoot(let size, let levels):
      "a table of \(levels) levels has a root of 4K, or of 2M below five levels, not of \(size.name)"
    case .notCovered(let address, let bits):
      "address 0x\(hex(address)) does not fit a page table of \(bits) address bits: choose more levels"
    case .misaligned(let address, let size):
      "address 0x\(hex(address)) is not the start of a page of \(size.name)"
    case .unsupportedSize(let size, let levels):
      "a page table of \(levels) levels cannot map pages of \(size.name): choose smaller pages or more levels"
    case .occupied(let address, let level):
      "address 0x\(hex(address)) is mapped already, by an entry at level \(level): unmap it first"
    case .notSplittable(let address, let level):
      "the entry at 0x\(hex(address)), level \(level), maps no large page to split"
    case .outOfFrames(let error):
      error.description
    case .malformedStore(let address, let width):
      "a store of \(width) bytes at \(address) is not within one page-table entry"
    case .malformedTable(let address, let level):
      "no page table of level \(level) can stand at \(address): level, alignment or entries are wrong"
    case .conflictingLevels(let frame, let known, let wanted):
      "the table at \(frame) is in use at level \(known) and cannot be one of level \(wanted) too"
    case .tooManyPlaces(let table, let steps):
      "the table at \(table) is changed while tables above it lead to it in more ways than \(steps) steps list: cut the "
        + "trace, no kernel shares tables so"
    }
  }

  private func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}

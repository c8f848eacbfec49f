public import Addressing
public import PageTables

/// Why a guest operating system could not run a trace.
public enum GuestError: Error, Hashable, Sendable {
  /// An address that the guest's page tables cannot translate.
  case addressNotCovered(VirtualAddress, levels: Int)
  /// A range of an event that wraps around or leaves the address space.
  case malformedRange(VirtualAddress, length: UInt64)
  case outOfRealMemory(OutOfFrames)
}

extension GuestError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .addressNotCovered(let address, let levels):
      "virtual address \(address) does not fit guest tables of \(levels) levels; choose a machine with more"
    case .malformedRange(let address, let length):
      "an event names \(length) bytes at \(address), which no guest can map"
    case .outOfRealMemory(let error):
      error.description
    }
  }
}

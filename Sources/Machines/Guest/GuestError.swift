public import Addressing
public import PageTables

/// Why a guest operating system could not run a trace.
public enum GuestError: Error, Hashable, Sendable {
  /// An address that the guest's page tables cannot translate.
  case addressNotCovered(VirtualAddress, levels: Int)
  /// A range of an event that wraps around or leaves the address space.
  case malformedRange(VirtualAddress, length: UInt64)
  case outOfRealMemory(OutOfFrames)
  /// Events of a recorded guest that no tables can follow.
  case table(TableError)
  /// A recorded guest uses an address before it has loaded CR3, or behind lost records.
  case noAddressSpace(VirtualAddress)
  /// A recorded guest translates in a way that is not modelled; the reason is a clause.
  case unsupportedPaging(String)
  case otherLevels(recorded: Int, machine: Int)
  case unsupportedEvent(Event)
  case tooManyProcessors(limit: Int)
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
    case .table(let error):
      error.description
    case .noAddressSpace(let address):
      "\(address) is used before CR3 was loaded: the trace lacks events here"
    case .unsupportedPaging(let reason):
      "\(reason), which is not modelled: replay a part of the trace without it"
    case .otherLevels(let recorded, let machine):
      "the recorded guest has tables of \(recorded) levels and the machine's guests of \(machine): set "
        + "guest.levels=\(recorded)"
    case .unsupportedEvent(let event):
      "the event \(event) is not modelled: replay a part of the trace without it"
    case .tooManyProcessors(let limit):
      "the recorded guest has more than \(limit) virtual processors: cut the trace to those of fewer"
    }
  }
}

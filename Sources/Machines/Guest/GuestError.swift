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
  /// A recorded guest does what a processor refuses; a sentence without a full stop.
  case impossible(String)
  case otherLevels(recorded: Int, machine: Int)
  /// A recorded guest uses process-context identifiers, and the machine has none.
  case identifiersMissing
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
    case .impossible(let what):
      "\(what), which a processor refuses: the trace lacks events here"
    case .otherLevels(let recorded, let machine):
      "the recorded guest has tables of \(recorded) levels and the machine's guests of \(machine): set "
        + "guest.levels=\(recorded)"
    case .identifiersMissing:
      "the recorded guest sets CR4.PCIDE and the machine has no process-context identifiers: set pcid=on"
    case .tooManyProcessors(let limit):
      "the recorded guest has more than \(limit) virtual processors: cut the trace to those of fewer"
    }
  }
}

public import Addressing
public import Machines
public import PageTables

/// Why a replay cannot translate.
public enum TranslationError: Error, Equatable, CustomStringConvertible {
  /// The guest's tables do not map the address, or forbid the access, and no fault stands in the trace for it.
  case unmapped(VirtualAddress, vm: Int)
  /// The hypervisor cannot back a real page.
  case hypervisor(HypervisorError)
  /// A table cannot be kept.
  case table(TableError)
  /// More address spaces live at once than a TLB tag can tell apart.
  case tooManyContexts(limit: Int)
  /// An event that only a whole guest's own kernel causes, and that is not modelled.
  case unsupportedEvent(Event)

  /// Machines that were taken to share stages do not, or lookups were left out that change something: an error in the
  /// program, but where options ask for what may prove wrong.
  case divergedStages

  public var description: String {
    switch self {
    case .unmapped(let address, let vm):
      "the guest tables of VM \(vm) do not allow the access to \(address), and no page fault stands before it: "
        + "the trace lacks events"
    case .hypervisor(let error): error.description
    case .table(let error): error.description
    case .tooManyContexts(let limit):
      "more than \(limit) address spaces live at once, more than a TLB tag can tell apart: cut the trace"
    case .unsupportedEvent(let event):
      "the event \(event) is not modelled: replay a part of the trace without it"
    case .divergedStages:
      "machines that should differ in their caches alone made what they share differ: replay them one by one; this is "
        + "an error in pagewalk, please report it"
    }
  }
}

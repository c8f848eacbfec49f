public import Addressing

/// The kinds of events; the raw value is the one in the file.
public enum EventKind: UInt8, CaseIterable, Sendable {
  case map = 0
  case unmap = 1
  case protect = 2
  case remap = 3
  case programBreak = 4
  case advise = 5
  case clone = 6
  case exit = 7
  case tableStore = 16
  case tableLinked = 17
  case tableUnlinked = 18
  case rootRetired = 19
  case controlRegister = 20
  case invalidatePage = 21
  case invalidateContext = 22
  case pageFault = 23
  case memorySlot = 24
  case shootdown = 25
  case translation = 26
  case phase = 32
  case gap = 33

  /// The kind of an event.
  public init(_ event: Event) {
    self =
      switch event {
      case .map: .map
      case .unmap: .unmap
      case .protect: .protect
      case .remap: .remap
      case .programBreak: .programBreak
      case .advise: .advise
      case .clone: .clone
      case .exit: .exit
      case .tableStore: .tableStore
      case .tableLinked: .tableLinked
      case .tableUnlinked: .tableUnlinked
      case .rootRetired: .rootRetired
      case .controlRegister: .controlRegister
      case .invalidatePage: .invalidatePage
      case .invalidateContext: .invalidateContext
      case .pageFault: .pageFault
      case .memorySlot: .memorySlot
      case .shootdown: .shootdown
      case .translation: .translation
      case .phase: .phase
      case .gap: .gap
      }
  }

  /// The name used in texts: words joined by hyphens.
  public var name: String {
    switch self {
    case .map: "map"
    case .unmap: "unmap"
    case .protect: "protect"
    case .remap: "remap"
    case .programBreak: "program-break"
    case .advise: "advise"
    case .clone: "clone"
    case .exit: "exit"
    case .tableStore: "table-store"
    case .tableLinked: "table-linked"
    case .tableUnlinked: "table-unlinked"
    case .rootRetired: "root-retired"
    case .controlRegister: "control-register"
    case .invalidatePage: "invalidate-page"
    case .invalidateContext: "invalidate-context"
    case .pageFault: "page-fault"
    case .memorySlot: "memory-slot"
    case .shootdown: "shootdown"
    case .translation: "translation"
    case .phase: "phase"
    case .gap: "gap"
    }
  }
}

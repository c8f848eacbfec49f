/// The records of a SIFT trace that are no instructions; the raw value is the type.
enum SIFTRecord: UInt8 {
  /// A page of code.
  case code = 0
  case output = 1
  case systemCall = 2
  case systemCallResponse = 3
  case newThread = 4
  case newThreadResponse = 5
  case memoryRequest = 6
  case memoryResponse = 7
  case join = 8
  case joinResponse = 9
  case endResponse = 10
  /// The code of one instruction.
  case instructionCode = 11
  case sync = 12
  case syncResponse = 13
  /// A virtual page and its physical page.
  case pages = 14
  case magic = 15
  case magicResponse = 16
  case routineChange = 17
  case routineAnnounce = 18
  case emulation = 19
  case emulationResponse = 20
  case fork = 21
  case forkResponse = 22
  /// Instructions that were counted only.
  case instructionCount = 23
  /// An access or a branch without its instruction.
  case access = 24
  case instructionSet = 25
  case shutdown = 26
  case end = 255

  /// The sizes that Sniper's reader demands of the type; any where it demands none. In bytes.
  var sizes: ClosedRange<UInt64> {
    switch self {
    case .code: 4104...4104
    case .instructionCode: 8...4104
    case .pages: 16...16
    case .instructionCount, .join, .instructionSet: 4...4
    case .access: 18...18
    case .newThread, .sync, .fork, .end: 0...0
    case .magic: 24...24
    case .routineChange: 25...25
    case .systemCall: 3...UInt64(UInt32.max)
    default: 0...UInt64(UInt32.max)
    }
  }

  /// Whether more is taken of it than its type.
  var isRead: Bool { self == .pages || self == .access || self == .instructionCount }
}

import Addressing
import Traces

/// Puts down what a synthetic program does: its events, and each data access behind the fetches of a small loop.
struct SyntheticProgram {
  /// Where the loop's instructions lie.
  static let code = VirtualAddress(0x40_1000)
  /// Where data lies: far from the code, in memory that nothing else uses.
  static let data = VirtualAddress(0x1000_0000_0000)
  /// The bytes of an instruction.
  private static let instructionSize: UInt16 = 4

  /// The memory that data accesses go to. In bytes.
  let footprint: UInt64
  /// Whose accesses and events come next.
  private(set) var owner = SyntheticProgram.process(1)
  private let fetches: [Access]
  private var block = RecordBlock()

  /// A program that has mapped its code.
  init(_ settings: SyntheticSettings) {
    footprint = settings.footprint
    fetches = (0..<settings.instructions).map { number in
      let address = Self.code.rawValue + number * UInt64(Self.instructionSize)
      return Access(.fetch, VirtualAddress(address), size: Self.instructionSize)
    }
    if !fetches.isEmpty { append(.map(Self.code, length: 4096, [.read, .execute], .file)) }
  }

  var isBlockFull: Bool { block.isFull }

  /// What was put down since it was last taken.
  mutating func takeBlock() -> RecordBlock {
    defer { block.removeAll() }
    return block
  }

  /// The process of a number, of one thread on the one processor of the one machine.
  private static func process(_ number: UInt32) -> Owner {
    Owner(vm: 0, vcpu: 0, addressSpace: number, thread: number)
  }

  /// Lets another process run.
  mutating func run(_ process: UInt32) { owner = Self.process(process) }

  mutating func append(_ event: Event) { block.append(event, by: owner) }

  /// Maps memory for data, readable and writable; offset and length are in bytes.
  mutating func map(offset: UInt64, length: UInt64) {
    append(.map(Self.address(offset), length: length, [.read, .write], .anonymous))
  }

  /// Unmaps memory for data; offset and length are in bytes.
  mutating func unmap(offset: UInt64, length: UInt64) {
    append(.unmap(Self.address(offset), length: length))
  }

  /// Goes through the loop once: its last instruction accesses eight bytes of the data. The offset is in bytes.
  mutating func access(_ kind: AccessKind, offset: UInt64) {
    for fetch in fetches { block.append(fetch, by: owner) }
    block.append(Access(kind, Self.address(offset), size: 8), by: owner)
  }

  private static func address(_ offset: UInt64) -> VirtualAddress {
    VirtualAddress(data.rawValue + offset)
  }
}

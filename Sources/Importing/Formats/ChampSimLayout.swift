/// Where the parts of one kind of ChampSim record stand, in bytes; integers are of 8 bytes, lowest byte first.
///
/// Both kinds start with the instruction's address (8 bytes), whether it is a branch and whether it was taken (a byte
/// each). Source of every number: `inc/trace_instruction.h` of ChampSim at 2ff250115857 [V].
protocol ChampSimLayout {
  static var length: Int { get }
  /// The addresses that the instruction stores to; 0 is an empty slot.
  static var stores: Range<Int> { get }
  /// The addresses that it loads from; 0 is an empty slot.
  static var loads: Range<Int> { get }
}

/// `input_instr`: 2 destination and 4 source registers at 10, then the addresses.
enum ChampSimInstruction: ChampSimLayout {
  static let length = 64
  static let stores = 16..<32
  static let loads = 32..<64
}

/// `cloudsuite_instr`: 4 destination and 4 source registers at 10, the addresses from 24 on as the compiler aligns
/// them, 2 bytes `asid` at 88, and 6 of padding. What `asid` numbers is told nowhere, so it is left out.
enum CloudSuiteInstruction: ChampSimLayout {
  static let length = 96
  static let stores = 24..<56
  static let loads = 56..<88
}

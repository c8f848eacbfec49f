/// Where the parts of one kind of ChampSim record stand; integers are words of 8 bytes, lowest byte first.
///
/// Both kinds start with the instruction's address (8 bytes), whether it is a branch and whether it was taken (a byte
/// each). Source of every number: `inc/trace_instruction.h` of ChampSim at 2ff250115857 [V].
struct ChampSimLayout {
  /// In bytes.
  var length: Int
  /// The addresses that the instruction stores to, in words from the start; 0 is an empty slot.
  var stores: Range<Int>
  /// The addresses that it loads from, behind those, in words from the start; 0 is an empty slot.
  var loads: Range<Int>

  /// The accesses that one instruction makes at most.
  var maximumAccesses: Int { 1 + stores.count + loads.count }

  /// `input_instr`: 2 destination and 4 source registers at byte 10, then the addresses.
  static var plain: ChampSimLayout { ChampSimLayout(length: 64, stores: 2..<4, loads: 4..<8) }

  /// `cloudsuite_instr`: 4 destination and 4 source registers at byte 10, the addresses from byte 24 on as the compiler aligns
  /// them, 2 bytes `asid` at byte 88, and 6 of padding. What `asid` numbers is told nowhere, so it is left out.
  static var cloudSuite: ChampSimLayout { ChampSimLayout(length: 96, stores: 3..<7, loads: 7..<11) }
}

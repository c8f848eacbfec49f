import Addressing

/// The memory, tables and registers of one virtual machine of a whole system's trace, as its events tell them.
struct GuestMachineState: Sendable {
  struct Table: Sendable {
    var level: UInt8
    var entries: [UInt64]
  }

  /// The events that told of memory, in order.
  var slots: [Event] = []
  /// By frame.
  private(set) var tables: [UInt64: Table] = [:]
  /// In the order in which they came.
  private(set) var processors: [(vcpu: UInt32?, registers: [ControlRegister: UInt64])] = []
  /// Roots given up while a processor's CR3 held them.
  private var leaving: [UInt64] = []

  mutating func link(_ frame: UInt64, level: UInt8, _ entries: [TableEntry]) {
    var table = Table(level: level, entries: Array(repeating: 0, count: 512))
    for entry in entries where entry.index < 512 { table.entries[Int(entry.index)] = entry.value }
    tables[frame] = table
    leaving.removeAll { $0 == frame }
  }

  mutating func unlink(_ frame: UInt64) { tables[frame] = nil }

  private static let frameMask: UInt64 = 0x000F_FFFF_FFFF_F000

  mutating func store(_ value: UInt64, width: UInt8, at address: UInt64) {
    let frame = address & ~4095
    let index = Int(address & 4095) / 8
    let shift = (address & 7) * 8
    let mask = width >= 8 ? UInt64.max : ((1 << (UInt64(width) * 8)) - 1) << shift
    guard let old = tables[frame]?.entries[index] else { return }
    tables[frame]?.entries[index] = old & ~mask | value << shift & mask
  }

  mutating func set(_ register: ControlRegister, to value: UInt64, on vcpu: UInt32?) {
    if let index = processors.firstIndex(where: { $0.vcpu == vcpu }) {
      processors[index].registers[register] = value
    } else {
      processors.append((vcpu, [register: value]))
    }
    for root in leaving where !holds(root) { tables[root] = nil }
    leaving = leaving.filter(holds)
  }

  /// A root that is given up goes when no processor holds it.
  mutating func retire(_ frame: UInt64) {
    if holds(frame) { leaving.append(frame) } else { tables[frame] = nil }
  }

  private func holds(_ root: UInt64) -> Bool {
    processors.contains { $0.registers[.cr3].map { $0 & Self.frameMask } == root }
  }
}

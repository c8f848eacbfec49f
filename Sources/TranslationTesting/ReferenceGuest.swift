import Addressing

/// The tables of one guest as plain pages of numbers, kept by following its stores.
struct ReferenceGuest: Sendable {
  /// The 512 entries of each live table page, by its frame.
  private var tables: [UInt64: [UInt64]] = [:]
  /// The level of each table; the leaf level is 1.
  private var levelOfTable: [UInt64: Int] = [:]
  /// How many entries lead to each table.
  private var parents: [UInt64: Int] = [:]
  /// By the address of an entry, the table that it leads to.
  private var children: [UInt64: UInt64] = [:]
  /// What CR3 of each virtual processor holds.
  private var roots: [Int: UInt64] = [:]
  private let levels: Int

  private static let frameMask: UInt64 = 0x000F_FFFF_FFFF_F000

  init(levels: Int) { self.levels = levels }

  mutating func apply(_ event: Event, vcpu: Int) {
    switch event {
    case .controlRegister(.cr3, let value):
      let frame = value & Self.frameMask
      roots[vcpu] = frame
      if tables[frame] == nil { make(frame, level: levels) }
    case .tableLinked(let frame, let level, let entries, _):
      link(frame.rawValue, level: Int(level), entries)
    case .tableStore(let address, let width, let value):
      store(value, width: Int(width), at: address.rawValue)
    case .tableUnlinked(let frame):
      children = children.filter { $0.value != frame.rawValue }
      parents[frame.rawValue] = nil
      drop(frame.rawValue)
    case .rootRetired(let frame):
      drop(frame.rawValue)
      roots = roots.filter { $0.value != frame.rawValue }
    default:
      break
    }
  }

  func translate(_ address: VirtualAddress, vcpu: Int) -> ReferenceTranslator.Answer? {
    guard var frame = roots[vcpu] else { return nil }
    var isWritable = true
    var isExecutable = true
    for level in stride(from: levels, through: 1, by: -1) {
      let shift = UInt64(12 + 9 * (level - 1))
      guard let table = tables[frame] else { return nil }
      let index = (address.rawValue >> shift) & 511
      let entry = table[Int(index)]
      guard entry & 1 == 1 else { return nil }
      isWritable = isWritable && entry & 2 != 0
      isExecutable = isExecutable && entry >> 63 == 0
      if level == 1 || entry & 0x80 != 0 {
        let offsetMask = (UInt64(1) << shift) - 1
        let real = (entry & Self.frameMask & ~offsetMask) | (address.rawValue & offsetMask)
        return .init(real: RealAddress(real), isWritable: isWritable, isExecutable: isExecutable)
      }
      guard let child = children[frame + 8 * index] else { return nil }
      frame = child
    }
    return nil
  }

  /// Stores into a live table, and follows what it links and unlinks.
  private mutating func store(_ value: UInt64, width: Int, at address: UInt64) {
    let frame = address & ~4095
    let index = Int((address & 4095) / 8)
    guard let old = tables[frame]?[index] else { return }
    let shift = (address & 7) * 8
    let mask = width >= 8 ? UInt64.max : ((1 << UInt64(width * 8)) - 1) << shift
    let new = (old & ~mask) | ((value << shift) & mask)
    tables[frame]?[index] = new
    guard let level = levelOfTable[frame], level > 1 else { return }
    let child = Self.child(new)
    // What an entry led to stays so until it points elsewhere, or what it points to is unlinked.
    guard child != Self.child(old) else { return }
    let oldChild = children[address & ~7]
    children[address & ~7] = child
    if let child {
      parents[child, default: 0] += 1
      if tables[child] == nil { make(child, level: level - 1) }
    }
    if let oldChild { release(oldChild) }
  }

  /// The table that a non-leaf entry points to.
  private static func child(_ entry: UInt64) -> UInt64? { entry & 0x81 == 1 ? entry & frameMask : nil }

  /// A frame becomes a table, or one that is such a table gets other contents.
  private mutating func link(_ frame: UInt64, level: Int, _ entries: [TableEntry]) {
    if levelOfTable[frame] != level {
      drop(frame)
      make(frame, level: level)
    }
    var values = [UInt64](repeating: 0, count: 512)
    for entry in entries { values[Int(entry.index)] = entry.value }
    for (index, value) in values.enumerated() where tables[frame]?[index] != value {
      store(value, width: 8, at: frame + 8 * UInt64(index))
    }
  }

  private mutating func make(_ frame: UInt64, level: Int) {
    tables[frame] = [UInt64](repeating: 0, count: 512)
    levelOfTable[frame] = level
  }

  /// An entry led to the table, and does no longer.
  private mutating func release(_ frame: UInt64) {
    parents[frame, default: 1] -= 1
    if parents[frame] == 0 { drop(frame) }
  }

  /// Removes a table and what only it reaches.
  private mutating func drop(_ frame: UInt64) {
    guard tables.removeValue(forKey: frame) != nil else { return }
    levelOfTable[frame] = nil
    parents[frame] = nil
    for address in stride(from: frame, to: frame + 4096, by: 8) {
      if let child = children.removeValue(forKey: address) { release(child) }
    }
  }
}

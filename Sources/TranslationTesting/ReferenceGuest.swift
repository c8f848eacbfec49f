import Addressing

/// The tables of one guest as plain pages of numbers, kept by following its stores.
struct ReferenceGuest: Sendable {
  /// The 512 entries of each live table page, by its frame.
  private var tables: [UInt64: [UInt64]] = [:]
  /// The level of each table; the leaf level is 1.
  private var levelOfTable: [UInt64: Int] = [:]
  /// How many entries point to each table.
  private var parents: [UInt64: Int] = [:]
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
      make(frame.rawValue, level: Int(level))
      for entry in entries {
        store(entry.value, width: 8, at: frame.rawValue + 8 * UInt64(entry.index))
      }
    case .tableStore(let address, let width, let value):
      store(value, width: Int(width), at: address.rawValue)
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
      let entry = table[Int((address.rawValue >> shift) & 511)]
      guard entry & 1 == 1 else { return nil }
      isWritable = isWritable && entry & 2 != 0
      isExecutable = isExecutable && entry >> 63 == 0
      if level == 1 || entry & 0x80 != 0 {
        let offsetMask = (UInt64(1) << shift) - 1
        let real = (entry & Self.frameMask & ~offsetMask) | (address.rawValue & offsetMask)
        return .init(real: RealAddress(real), isWritable: isWritable, isExecutable: isExecutable)
      }
      frame = entry & Self.frameMask
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
    let oldChild = Self.child(old)
    let newChild = Self.child(new)
    guard oldChild != newChild else { return }
    if let newChild {
      parents[newChild, default: 0] += 1
      if tables[newChild] == nil { make(newChild, level: level - 1) }
    }
    if let oldChild { release(oldChild) }
  }

  /// The table that a non-leaf entry points to.
  private static func child(_ entry: UInt64) -> UInt64? { entry & 0x81 == 1 ? entry & frameMask : nil }

  private mutating func make(_ frame: UInt64, level: Int) {
    tables[frame] = [UInt64](repeating: 0, count: 512)
    levelOfTable[frame] = level
  }

  private mutating func release(_ frame: UInt64) {
    parents[frame, default: 1] -= 1
    if parents[frame] == 0 { drop(frame) }
  }

  /// Removes a table and what only it reaches.
  private mutating func drop(_ frame: UInt64) {
    guard let table = tables.removeValue(forKey: frame) else { return }
    parents[frame] = nil
    guard let level = levelOfTable.removeValue(forKey: frame), level > 1 else { return }
    for entry in table { if let child = Self.child(entry) { release(child) } }
  }
}

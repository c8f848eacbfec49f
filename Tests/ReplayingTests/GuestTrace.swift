import Addressing
import Foundation
import Traces

/// A trace of a whole guest by hand: four levels of tables or five, each entry stored as a kernel would.
struct GuestTrace {
  /// The bits of CR4 that matter: PAE, PGE, and PCIDE.
  static let cr4: UInt64 = 1 << 5
  static let globalPages: UInt64 = 1 << 7
  static let identifiers: UInt64 = 1 << 17
  /// The bit of CR3 that keeps what is cached of the identifier loaded.
  static let keep: UInt64 = 1 << 63
  /// Present, writable, user, accessed; the flags that make an entry a large leaf, or global.
  static let flags: UInt64 = 0x27
  static let large: UInt64 = 0x80
  static let global: UInt64 = 0x100

  let writer: TraceWriter
  var levels = 4
  var owner = Owner(vm: 0, vcpu: 0, addressSpace: 1)

  /// The bytes of what `build` writes.
  static func bytes(
    recordsPerBlock: Int = TraceFormat.recordsPerBlock, levels: Int = 4, _ build: (GuestTrace) throws -> Void
  ) throws -> [UInt8] {
    let sink = MemorySink()
    let writer = try TraceWriter(
      to: sink, header: TraceHeader(addressKind: .both, scope: .wholeSystem, recorder: "test"),
      recordsPerBlock: recordsPerBlock)
    let trace = GuestTrace(writer: writer, levels: levels)
    writer.select(trace.owner)
    try build(trace)
    _ = try writer.finish()
    return sink.bytes
  }

  /// A bundled trace.
  static func bundled(_ name: String) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appending(path: "traces/guests/\(name).pwt")))
  }

  /// Paging as Linux has it, with more bits of CR4; a root is loaded by ``load(_:)``.
  func begin(cr4: UInt64 = 0) throws {
    try writer.append(.controlRegister(.cr0, value: 0x8005_0033))
    try writer.append(.controlRegister(.cr4, value: Self.cr4 | cr4))
    try writer.append(.controlRegister(.efer, value: 0xd01))
  }

  func load(_ root: UInt64) throws { try writer.append(.controlRegister(.cr3, value: root)) }

  /// Links tables at frames 0x1000 above each other, and stores the entry that maps a page at a level.
  ///
  /// - Parameter root: A table at 4096 × 16 × n, those below it follow.
  func map(_ address: UInt64, to real: UInt64, under root: UInt64, level: Int = 1, flags: UInt64 = 0) throws {
    var table = root
    for upper in stride(from: levels, to: level, by: -1) {
      let child = table + 0x1000
      try writer.append(
        .tableLinked(RealAddress(child), level: UInt8(upper - 1), entries: [], storesBefore: 0))
      try store(Self.flags | child, in: table, at: address, level: upper)
      table = child
    }
    try store(Self.flags | flags | (level > 1 ? Self.large : 0) | real, in: table, at: address, level: level)
  }

  func store(_ entry: UInt64, in table: UInt64, at address: UInt64, level: Int) throws {
    let index = address >> UInt64(3 + 9 * level) & 511
    try writer.append(.tableStore(RealAddress(table + 8 * index), width: 8, value: entry))
  }

  func root(_ frame: UInt64) throws {
    try writer.append(.tableLinked(RealAddress(frame), level: UInt8(levels), entries: [], storesBefore: 0))
  }

  func read(_ address: UInt64) throws { try writer.append(Access(.load, VirtualAddress(address), size: 8)) }
}

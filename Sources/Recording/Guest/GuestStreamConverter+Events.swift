import Addressing
import Importing

// The records of the stream that are events.
extension GuestStreamConverter {
  mutating func event(
    _ tag: GuestStreamTag, _ record: GuestStreamRecord, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    let frame = RealAddress(UInt64(record.c) << 12)
    switch tag {
    case .tableStore: try tableStore(record, frame)
    case .tableLinked: try tableLinked(record, frame, following)
    case .tableUnlinked: append(.tableUnlinked(frame))
    case .rootRetired: append(.rootRetired(frame))
    case .controlRegister: try controlRegister(record)
    case .invalidatePage:
      reach(record.b)
      append(.invalidatePage(Self.canonical(record.d)))
    case .invalidateContext:
      guard record.a <= 3, record.c < 4096 else { throw .reason("INVPCID type \(record.a)") }
      reach(record.b)
      append(.invalidateContext(type: record.a, pcid: UInt16(record.c), Self.canonical(record.d)))
    case .pageFault: try pageFault(record, following)
    case .memorySlot:
      guard record.a <= 1 else { throw .reason("a memory slot of kind \(record.a)") }
      append(.memorySlot(RealAddress(record.d), length: UInt64(record.c) << 12, isDevice: record.a == 1))
    case .memoryCall: try memoryCall(record, following)
    case .phase:
      reach(record.b)
      append(.phase(record.c))
    default: throw .reason("a record out of place")
    }
  }

  /// What software may hand to an invalidation need not be canonical; the trace's addresses are.
  private static func canonical(_ address: UInt64) -> VirtualAddress {
    VirtualAddress(UInt64(bitPattern: Int64(bitPattern: address &<< 7) &>> 7))
  }

  private mutating func tableStore(_ record: GuestStreamRecord, _ frame: RealAddress) throws(Refusal) {
    let width = record.a & 15
    guard [1, 2, 4, 8].contains(width), record.b & 7 + UInt16(width) <= 8, record.b < 4096 else {
      throw .reason("a store of \(width) bytes to a table, at \(record.b)")
    }
    append(.tableStore(frame.advanced(by: UInt64(record.b)), width: width, value: record.d))
  }

  private mutating func tableLinked(
    _ record: GuestStreamRecord, _ frame: RealAddress, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    guard (1...5).contains(record.a), record.b <= 512 else { throw .reason("a table of level \(record.a)") }
    var entries: [TableEntry] = []
    entries.reserveCapacity(Int(record.b))
    for offset in stride(from: 0, to: following.count, by: 16) {
      let index = UInt64(littleEndian: following.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let value = UInt64(littleEndian: following.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      guard index < 512, value != 0, entries.last.map({ $0.index < index }) ?? true else {
        throw .reason("a table with entry \(index) out of place")
      }
      entries.append(TableEntry(index: UInt16(index), value: value))
    }
    append(.tableLinked(frame, level: record.a, entries: entries, storesBefore: record.d))
  }

  private mutating func controlRegister(_ record: GuestStreamRecord) throws(Refusal) {
    guard let register = ControlRegister(rawValue: record.a) else {
      throw .reason("a control register of number \(record.a)")
    }
    reach(record.b)
    if register == .cr3 {
      // Bits 0 to 11 are a PCID or flags, bit 63 asks for no flush.
      guard let root = UInt32(exactly: (record.d & ~(1 << 63)) >> 12) else {
        throw .reason("CR3 set to 0x\(String(record.d, radix: 16))")
      }
      load(root: root)
    }
    append(.controlRegister(register, value: record.d))
  }

  /// Calls by their numbers (Linux, arch/x86/entry/syscalls/syscall_64.tbl).
  private static let memoryCalls: [UInt8: MemoryCall] = [
    9: .map, 10: .protect, 11: .unmap, 12: .setBreak, 25: .remap, 28: .advise,
  ]

  private mutating func memoryCall(
    _ record: GuestStreamRecord, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    guard let call = Self.memoryCalls[record.a] else { throw .reason("a call of number \(record.a)") }
    var arguments = stride(from: 0, to: following.count, by: 8).map {
      UInt64(littleEndian: following.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
    }
    // Of no page, or no more than a hint, the first may be anything.
    arguments[0] = Self.canonical(arguments[0]).rawValue
    try requireCanonical(record.d)
    finishBlock()
    if let event = call.event(arguments, result: record.d) { append(event) }
  }

  private mutating func pageFault(
    _ record: GuestStreamRecord, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    guard record.a <= 3, record.b <= 1 else { throw .reason("a page fault at privilege level \(record.a)") }
    let isKnown = record.b == 1
    let instruction = UInt64(littleEndian: following.loadUnaligned(as: UInt64.self))
    append(
      .pageFault(
        Self.canonical(record.d), errorCode: isKnown ? record.c : nil, privilege: isKnown ? record.a : nil,
        instruction: isKnown ? Self.canonical(instruction) : nil))
  }
}

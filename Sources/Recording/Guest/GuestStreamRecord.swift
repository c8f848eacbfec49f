/// One record of the recorder's stream: 16 bytes, little-endian.
struct GuestStreamRecord {
  /// Bytes of a record, and of each unit that may follow it.
  static let size = 16

  var tag: UInt8
  var a: UInt8
  var b: UInt16
  var c: UInt32
  var d: UInt64

  /// Reads the record at `offset`, which must be within `bytes` with all its bytes.
  @inline(__always) init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    let first = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    tag = UInt8(truncatingIfNeeded: first)
    a = UInt8(truncatingIfNeeded: first >> 8)
    b = UInt16(truncatingIfNeeded: first >> 16)
    c = UInt32(truncatingIfNeeded: first >> 32)
    d = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
  }

  /// Bytes behind the record that belong to it.
  @inline(__always) var followingBytes: Int {
    switch GuestStreamTag(rawValue: tag) {
    case .block: (Int(b) + 15) & ~15
    case .tableLinked: Int(b) * 16
    case .pageFault: 16
    case .end, .memoryCall: 32
    default: 0
    }
  }
}

import Addressing

/// Kind and size of an access, as the codecs write them: `size * 4 + kind`.
struct Operation: Hashable, Sendable {
  var rawValue: UInt16

  init(_ access: Access) { rawValue = access.size << 2 | UInt16(access.kind.rawValue) }

  /// The operation of a number read from a file.
  init(decoding number: UInt64) throws(TraceError.Problem) {
    guard number >> 2 <= UInt64(Access.maximumSize) else {
      throw .overLimit("the size of an access", value: number >> 2, limit: UInt64(Access.maximumSize))
    }
    rawValue = UInt16(number)
  }

  @inline(__always) var isFetch: Bool { rawValue & 3 == 0 }
  @inline(__always) var isWrite: Bool { rawValue & 2 != 0 }
  @inline(__always) var size: UInt16 { rawValue >> 2 }
  /// The greatest offset in a page at which the access does not cross into the next.
  @inline(__always) var lastWhole: UInt64 { 4096 - UInt64(size) }

  @inline(__always) var kind: AccessKind {
    switch rawValue & 3 {
    case 0: .fetch
    case 1: .load
    case 2: .store
    default: .modify
    }
  }
}

/// The 57-bit canonical form: bits 57 to 63 repeat bit 56, as in an x86-64 address with five levels
/// (Intel SDM volume 1, section 3.3.7.1).
enum Canonical {
  @inline(__always) static func extend(_ address: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(bitPattern: address << 7) >> 7)
  }
}

import Addressing

/// Who makes the accesses of a drmemtrace file: records name the thread where it changes, and its process and
/// processor where those do.
struct DrmemtraceOwners {
  private(set) var current = Owner.unknown
  private var owners: [UInt32: Owner] = [:]

  /// How many threads are remembered, so that memory stays bounded; Linux runs no more at once (PID_MAX_LIMIT is four
  /// times as many, proc(5) [M]).
  static let limit = 1 << 20

  /// Goes on with a thread, as it was left.
  mutating func select(thread value: UInt64) throws(Malformed) {
    guard let thread = try Self.number(value, unknown: [0, .max]) else {
      current = .unknown
      return
    }
    if let known = owners[thread] {
      current = known
    } else {
      guard owners.count < Self.limit else {
        throw Malformed(index: 0, expected: "a thread known before, after \(Self.limit) of them")
      }
      current = Owner(thread: thread)
      owners[thread] = current
    }
  }

  mutating func set(process value: UInt64) throws(Malformed) {
    current.addressSpace = try Self.number(value, unknown: [0, .max])
    remember()
  }

  mutating func set(processor value: UInt64) throws(Malformed) {
    current.vcpu = try Self.number(value, unknown: [.max])
    remember()
  }

  private mutating func remember() {
    if let thread = current.thread { owners[thread] = current }
  }

  private static func number(_ value: UInt64, unknown: [UInt64]) throws(Malformed) -> UInt32? {
    if unknown.contains(value) { return nil }
    guard let number = UInt32(exactly: value) else {
      throw Malformed(index: 4, expected: "a number of 32 bits")
    }
    return number
  }
}

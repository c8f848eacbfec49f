import Addressing

/// The numbers by which a drmemtrace file knows processes, or threads: each has one of its own, which is not 0.
///
/// A number that is known, not 0 and not yet another's is kept; in place of any other, the lowest that is free.
struct DrmemtraceNumbers {
  private var numbers: [Owner: UInt32] = [:]
  private var taken: Set<UInt32> = [0]
  private var lowestFree: UInt32 = 1
  /// How many are not the trace's own.
  private(set) var chosen: UInt64 = 0

  var count: Int { numbers.count }

  /// The number of one that may be new.
  ///
  /// - Parameters:
  ///   - name: What tells it from others.
  ///   - own: Its number in the trace.
  ///   - guess: The number to take if its own is unknown, unless that is taken.
  mutating func number(of name: Owner, own: UInt32?, guess: UInt32 = 0) -> UInt32 {
    if let known = numbers[name] { return known }
    var number = own ?? guess
    if taken.contains(number) {
      while taken.contains(lowestFree) { lowestFree += 1 }
      number = lowestFree
    }
    taken.insert(number)
    numbers[name] = number
    if number != own { chosen += 1 }
    return number
  }
}

import Addressing

/// Numbers the address spaces of a trace in the order in which they are first seen.
struct SpaceNumbers: Sendable {
  private struct Space: Hashable {
    var vm: UInt32?
    var addressSpace: UInt32?
  }

  private var numbers: [Space: UInt64] = [:]

  mutating func number(of owner: Owner) -> UInt64 {
    let space = Space(vm: owner.vm, addressSpace: owner.addressSpace)
    if let number = numbers[space] { return number }
    let number = UInt64(numbers.count)
    numbers[space] = number
    return number
  }
}

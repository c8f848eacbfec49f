public import Addressing

/// The slow, obvious translator that every strategy is held against: dictionaries of table pages and plain
/// arithmetic, no caches, and no code shared with what it checks.
///
/// It follows guest events only, and answers what a guest's own tables say at that moment.
public struct ReferenceTranslator: Sendable {
  /// What the guest's tables say of a virtual address.
  public struct Answer: Equatable, Sendable {
    public var real: RealAddress
    public var isWritable: Bool
    public var isExecutable: Bool
  }

  private let levels: Int
  private var guests: [Int: ReferenceGuest] = [:]

  /// - Parameter levels: the levels of the guests' tables.
  public init(levels: Int) { self.levels = levels }

  /// Follows an event of one virtual machine.
  public mutating func apply(_ event: Event, vm: Int) {
    guests[vm, default: ReferenceGuest(levels: levels)].apply(event)
  }

  /// Forgets a virtual machine.
  public mutating func restart(vm: Int) { guests[vm] = nil }

  /// What the running address space of a virtual machine says of an address; nil is not mapped.
  public func translate(_ address: VirtualAddress, vm: Int) -> Answer? {
    guests[vm]?.translate(address)
  }
}

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
  private var memories: [Int: ReferenceMemory] = [:]

  /// - Parameter levels: the levels of the guests' tables.
  public init(levels: Int) { self.levels = levels }

  /// Follows an event of one virtual processor.
  public mutating func apply(_ event: Event, vm: Int, vcpu: Int) {
    guests[vm, default: ReferenceGuest(levels: levels)].apply(event, vcpu: vcpu)
    memories[vm, default: .init()].apply(event, processor: vcpu)
  }

  /// Forgets a virtual machine.
  public mutating func restart(vm: Int) {
    guests[vm] = nil
    memories[vm] = nil
  }

  /// What may be said of a page: what the running address space of a virtual processor says, and where the machine has
  /// several processors, what it said since this one was last to forget it. None is not mapped.
  public mutating func answers(for address: VirtualAddress, vm: Int, vcpu: Int) -> [Answer] {
    let now = guests[vm]?.translate(address, vcpu: vcpu)
    return memories[vm]?.answers(forPage: address.pageNumber, now: now, processor: vcpu) ?? []
  }
}

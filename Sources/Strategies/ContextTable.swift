import Addressing

/// Gives every live address space on every virtual processor a tag that stands for it in TLBs and MMU caches, one for each
/// process-context identifier that it is loaded with, and the global pages of each processor one. So a tag tells of whose
/// caches it is.
struct ContextTable: Sendable {
  /// What has tags: a root table of a virtual machine on one of its processors; nil stands for what all address spaces
  /// share.
  struct Key: Hashable {
    var vm: Int
    var vcpu: Int
    var root: RealAddress?
  }

  /// The tag of an address space with one identifier; without identifiers that is 0.
  struct Tag {
    var identifier: UInt16
    var number: UInt16
  }

  /// How many address spaces may live at once: the range of a tag.
  static let limit = 1 << 16

  /// In the order in which they were given.
  private var tags: [Key: [Tag]] = [:]
  /// By tag, the number of its virtual processor, which it stays with for good.
  private var processors: [Int] = []
  /// By number of a virtual processor, its tags whose address spaces ended.
  private var free: [[UInt16]] = []

  /// The number of the virtual processor of a tag that was given.
  func processor(of tag: UInt16) -> Int { processors[Int(tag)] }

  func existingTag(of key: Key, _ identifier: UInt16 = 0) -> UInt16? {
    tags[key]?.first { $0.identifier == identifier }?.number
  }

  /// The tags of an address space with all its identifiers.
  func tags(of key: Key) -> [Tag] { tags[key] ?? [] }

  /// The tag of an address space, given on first use; nil when none is left.
  mutating func tag(of key: Key, _ identifier: UInt16 = 0) -> UInt16? {
    if let tag = existingTag(of: key, identifier) { return tag }
    guard let number = unusedNumber(for: key.vcpu) else { return nil }
    tags[key, default: []].append(Tag(identifier: identifier, number: number))
    return number
  }

  private mutating func unusedNumber(for vcpu: Int) -> UInt16? {
    while free.count <= vcpu { free.append([]) }
    if let number = free[vcpu].popLast() { return number }
    guard processors.count < Self.limit else { return nil }
    processors.append(vcpu)
    return UInt16(processors.count - 1)
  }

  /// The roots of a virtual machine's address spaces, in the order of their addresses.
  func roots(of vm: Int) -> [RealAddress] {
    Set(tags.keys.filter { $0.vm == vm }.compactMap(\.root)).sorted()
  }

  /// The tags of a virtual processor, in order.
  func tags(of vm: Int, vcpu: Int) -> [UInt16] {
    tags.filter { $0.key.vm == vm && $0.key.vcpu == vcpu }.flatMap { $0.value.map(\.number) }.sorted()
  }

  mutating func remove(_ key: Key) {
    for tag in tags.removeValue(forKey: key) ?? [] { free[key.vcpu].append(tag.number) }
  }
}

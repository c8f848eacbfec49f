import Addressing

/// Gives every live address space on every virtual processor the tag that stands for it in TLBs and MMU caches, and the
/// global pages of each processor one. So a tag tells of whose caches it is.
struct ContextTable: Sendable {
  /// What has a tag: a root table of a virtual machine on one of its processors; nil stands for what all address spaces
  /// share.
  struct Key: Hashable {
    var vm: Int
    var vcpu: Int
    var root: RealAddress?
  }

  /// How many address spaces may live at once: the range of a tag.
  static let limit = 1 << 16

  private var tags: [Key: UInt16] = [:]
  /// By tag, the number of its virtual processor, which it stays with for good.
  private var processors: [Int] = []
  /// By number of a virtual processor, its tags whose address spaces ended.
  private var free: [[UInt16]] = []

  /// The number of the virtual processor of a tag that was given.
  func processor(of tag: UInt16) -> Int { processors[Int(tag)] }

  func existingTag(of key: Key) -> UInt16? { tags[key] }

  /// The tag of an address space, given on first use; nil when none is left.
  mutating func tag(of key: Key) -> UInt16? {
    if let tag = tags[key] { return tag }
    while free.count <= key.vcpu { free.append([]) }
    if let tag = free[key.vcpu].popLast() {
      tags[key] = tag
      return tag
    }
    guard processors.count < Self.limit else { return nil }
    let tag = UInt16(processors.count)
    processors.append(key.vcpu)
    tags[key] = tag
    return tag
  }

  /// The roots of a virtual machine's address spaces, in the order of their addresses.
  func roots(of vm: Int) -> [RealAddress] {
    Set(tags.keys.filter { $0.vm == vm }.compactMap(\.root)).sorted()
  }

  /// The tags of a virtual processor, in order.
  func tags(of vm: Int, vcpu: Int) -> [UInt16] {
    tags.filter { $0.key.vm == vm && $0.key.vcpu == vcpu }.map(\.value).sorted()
  }

  mutating func remove(_ key: Key) {
    if let tag = tags.removeValue(forKey: key) { free[key.vcpu].append(tag) }
  }
}

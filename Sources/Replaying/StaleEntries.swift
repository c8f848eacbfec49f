import Addressing
import Strategies

/// What TLBs hold of older tables: processors of a virtual machine were answered by it after the tables had changed, as they
/// need not have forgotten it yet (semantics rule 32), and it goes when they change again.
struct StaleEntries: Sendable {
  private struct Entry {
    var vm: Int
    /// The tag that it is under.
    var tag: UInt16
    var isGlobal: Bool
    /// The 4 KiB page that was accessed.
    var page: VirtualAddress
  }

  private var entries: [Entry] = []

  /// Notes the answer to an access of the running processor.
  mutating func append(_ answer: Translation, for page: VirtualAddress, on platform: borrowing Platform) {
    var entry = Entry(vm: platform.vm, tag: platform.context, isGlobal: false, page: page)
    if answer.isGlobal, let global = platform.globalContext { (entry.tag, entry.isGlobal) = (global, true) }
    entries.append(entry)
  }

  /// Takes out those of the running virtual machine; what drops them.
  mutating func takeInvalidations(on platform: borrowing Platform) -> [Invalidation] {
    guard !entries.isEmpty else { return [] }
    let vm = platform.vm
    defer { entries.removeAll { $0.vm == vm } }
    return entries.filter { $0.vm == vm }.map {
      let tags = ContextTags(own: $0.tag, global: $0.isGlobal ? $0.tag : nil)
      return .range(tags, $0.page, length: PageSize.size4K.bytes)
    }
  }

  /// Forgets those that an invalidation drops.
  mutating func drop(_ invalidation: Invalidation, on platform: borrowing Platform) {
    guard !entries.isEmpty else { return }
    let (global, vcpu) = (platform.globalContext, platform.vcpu)
    for index in entries.indices.reversed() {
      let entry = entries[index]
      let isDropped =
        switch invalidation {
        case .page(let context, let address):
          (entry.tag == context || entry.tag == global)
            && entry.page.pageNumber == address.pageNumber
        case .range(let tags, let start, let length):
          (entry.tag == tags.own || entry.tag == tags.global)
            && entry.page.rawValue &- start.alignedDown(to: .size4K).rawValue < length
        case .context(let context): entry.tag == context && !entry.isGlobal
        case .contexts(let contexts): contexts.contains(entry.tag)
        case .all: platform.processor(of: .context(entry.tag)) == vcpu
        }
      if isDropped { entries.remove(at: index) }
    }
  }
}

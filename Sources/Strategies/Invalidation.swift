public import Addressing

/// What a strategy requires the front end to drop from the TLBs of the processor that its tags are of
/// (``Platform/processor(of:)``).
public enum Invalidation: Hashable, Sendable {
  /// Every entry of a context that covers the address.
  case page(context: UInt16, VirtualAddress)
  /// Every entry of an address space on one processor that overlaps the range, global ones included.
  case range(ContextTags, VirtualAddress, length: UInt64)
  /// Every entry of a context that is not global.
  case context(UInt16)
  /// Every entry of some contexts, global ones included: those of one virtual processor, by number.
  case contexts([UInt16])
  /// Everything of the running processor: the flush of an exit or entry of an untagged virtual machine.
  case all

  /// Calls the body with the tag of each context that it names.
  func forEachContext(_ body: (UInt16) -> Void) {
    switch self {
    case .page(let context, _), .context(let context): body(context)
    case .range(let tags, _, _): body(tags.own)
    case .contexts(let contexts): contexts.forEach(body)
    case .all: break
    }
  }

  /// Whether more than named pages goes.
  public var isFlush: Bool {
    switch self {
    case .page, .range: false
    case .context, .contexts, .all: true
    }
  }
}

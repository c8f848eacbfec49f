public import Addressing

/// What each of several virtual processors of a machine may still have cached: what it was told of every page since the
/// architecture last required it to forget (semantics rule 32). Another processor may have changed the tables meanwhile.
///
/// A single processor sees its own stores, so nothing is kept for it.
public struct ProcessorMemory<Answer: Equatable & Sendable>: Sendable {
  /// By page, what was told of it, the last first.
  fileprivate typealias Pages = [UInt64: [Answer]]

  fileprivate struct Processor: Sendable {
    var extensions: PagingExtensions?
    /// The running address space.
    var space = RootRegister(0, hasIdentifiers: false)
    /// Pages of the lower half.
    var spaces: [RootRegister: Pages] = [:]
    /// Those of the upper half may be global, and are of every space.
    var upperHalf: Pages = [:]
  }

  private var processors: [Int: Processor] = [:]

  public init() {}

  /// Whether more than one processor has loaded its registers.
  public var hasSeveralProcessors: Bool { processors.count > 1 }

  /// What a processor may hold true of a page, beginning with what the tables say, which it is told by this.
  public mutating func answers(forPage page: UInt64, now: Answer?, processor: Int) -> [Answer] {
    guard hasSeveralProcessors else { return now.map { [$0] } ?? [] }
    let earlier = processors[processor]?[page] ?? []
    guard let now, earlier.first != now else { return earlier }
    let all = [now] + earlier.filter { $0 != now }
    processors[processor, default: Processor()][page] = all
    return all
  }

  /// Whether a processor may hold an answer true of a page.
  public mutating func holds(_ answer: Answer, forPage page: UInt64, now: Answer?, processor: Int) -> Bool {
    guard hasSeveralProcessors else { return now == answer }
    return answers(forPage: page, now: now, processor: processor).contains(answer)
  }

  /// Forgets what an event requires its processor to forget: a page fault too drops what is cached of its page (Intel SDM
  /// volume 3, section 4.10.4.1).
  public mutating func apply(_ event: Event, processor: Int) {
    switch event {
    case .invalidatePage(let address), .pageFault(let address, _, _, _):
      if hasSeveralProcessors { processors[processor]?[address.pageNumber] = nil }
    case .invalidateContext(let type, let identifier, let address):
      processors[processor]?.forget(type: type, identifier, address.pageNumber)
    case .controlRegister(.cr3, let value): processors[processor, default: Processor()].load(root: value)
    case .controlRegister(.cr4, let value):
      processors[processor, default: Processor()].load(PagingExtensions(rawValue: value))
    default: break
    }
  }
}

extension ProcessorMemory.Processor {
  /// What was told of a page, in the running address space.
  fileprivate subscript(page: UInt64) -> [Answer]? {
    get { page >> 51 == 1 ? upperHalf[page] : spaces[space]?[page] }
    set {
      if page >> 51 == 1 { upperHalf[page] = newValue } else { spaces[space, default: [:]][page] = newValue }
    }
  }

  private var hasIdentifiers: Bool { extensions?.contains(.identifiers) == true }

  fileprivate mutating func load(root value: UInt64) {
    var register = RootRegister(value, hasIdentifiers: hasIdentifiers)
    let keepsEntries = register.keepsEntries
    register.keepsEntries = false
    space = register
    spaces = spaces.filter {
      $0.key.identifier != register.identifier || keepsEntries && $0.key.root == register.root
    }
  }

  fileprivate mutating func load(_ new: PagingExtensions) {
    if let extensions, new.emptiesCaches(after: extensions) { forgetAll() }
    extensions = new
    if !hasIdentifiers { space.identifier = 0 }
  }

  private mutating func forgetAll() {
    spaces = [:]
    upperHalf = [:]
  }

  /// INVPCID.
  fileprivate mutating func forget(type: UInt8, _ identifier: UInt16, _ page: UInt64) {
    switch type {
    case 0: for space in spaces.keys where space.identifier == identifier { spaces[space]?[page] = nil }
    case 1: spaces = spaces.filter { $0.key.identifier != identifier }
    case 2: forgetAll()
    default: spaces = [:]
    }
  }
}

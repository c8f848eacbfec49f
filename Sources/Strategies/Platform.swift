public import Addressing
public import Machines
public import PageTables

/// What every strategy of a lane stands on: the guests' own tables, the hypervisor's backing, and which address
/// space is running. A lane has its own, so that lanes share nothing.
public struct Platform: Sendable {
  /// How many virtual machines one replay may hold.
  public static let machineLimit = 16

  public let machine: Machine
  /// The guest tables of each virtual machine, rebuilt from guest events.
  public var guests: [GuestTables] = []
  public var hypervisor: Hypervisor
  /// The running virtual machine.
  public private(set) var vm = 0
  /// Its processor that runs, from 0.
  public private(set) var vcpu = 0
  /// The tag of the running address space in TLBs and MMU caches; before one was loaded, that of global pages.
  public private(set) var context: UInt16 = 0
  /// The root of the running address space's guest table; -1 before one was loaded.
  public private(set) var root: PageTable<Virtual, Real>.Node = -1
  /// The tag of the running processor's global pages; nil where its guest has none (CR4.PGE).
  public private(set) var globalContext: UInt16?
  private var contexts = ContextTable()
  /// The processors of each virtual machine.
  private var processors: [[Processor]] = []

  /// A virtual processor, as far as translation depends on it.
  private struct Processor: Sendable {
    /// What the root register holds.
    var root: RealAddress?
    /// The process-context identifier that it was loaded with; 0 where the guest uses none.
    var identifier: UInt16 = 0
    /// What CR4 holds; nil before the guest said.
    var extensions: PagingExtensions?
    /// By process-context identifier, the root that was loaded with it last: no other's entries are under it.
    var rootsByIdentifier: [UInt16: RealAddress] = [:]
  }

  public init(_ machine: Machine) throws(TranslationError) {
    self.machine = machine
    do {
      hypervisor = try Hypervisor(machine.hypervisor, vms: Self.machineLimit)
    } catch {
      throw .hypervisor(error)
    }
  }

  /// Lets a processor of a virtual machine run; the first time creates it.
  public mutating func run(vm: Int, vcpu: Int = 0) throws(TranslationError) {
    while guests.count <= vm {
      guests.append(GuestTables(machine.guestShape))
      processors.append([])
    }
    while processors[vm].count <= vcpu { processors[vm].append(Processor()) }
    (self.vm, self.vcpu) = (vm, vcpu)
    let processor = processors[vm][vcpu]
    globalContext = try processor.extensions?.contains(.globalPages) == true ? tag(of: nil) : nil
    if let register = processor.root {
      try enter(register, processor.identifier)
    } else {
      root = -1
      context = try tag(of: nil)
    }
  }

  /// Loads the root register of the running processor.
  ///
  /// Returns the context whose entries that drops, nil where it drops none. The Intel SDM, volume 3, 4.10.4.1 [M]: with
  /// identifiers a load drops what is of the loaded one, or nothing if its bit 63 is set; without, what is of any address
  /// space, and so of the one that it leaves. An identifier that last had another root loses what it had, bit 63 or not: a
  /// processor would use entries of that root as if they were this one's.
  public mutating func load(root value: UInt64) throws(TranslationError) -> UInt16? {
    let register = RootRegister(value, hasIdentifiers: hasIdentifiers)
    let leavesRoot = root >= 0
    try enter(register.root, register.identifier)
    let last = processors[vm][vcpu].rootsByIdentifier.updateValue(register.root, forKey: register.identifier)
    if let last, last != register.root { return existingTag(of: last, register.identifier) }
    return register.keepsEntries || last == nil && !leavesRoot ? nil : context
  }

  private mutating func enter(
    _ register: RealAddress, _ identifier: UInt16
  ) throws(TranslationError) {
    if guests[vm].root(at: register) == nil {
      do {
        try guests[vm].link(register, level: machine.guestShape.levels, entries: [])
      } catch {
        throw .table(error)
      }
    }
    processors[vm][vcpu].root = register
    processors[vm][vcpu].identifier = identifier
    root = guests[vm].root(at: register) ?? -1
    context = try tag(of: register, identifier)
  }

  /// What INVPCID drops from the TLBs of the running processor (Intel SDM volume 3, section 4.10.4.1 [M]): of the context
  /// of an identifier a page (type 0) or everything (1), but what is global; everything (2), or all that is not global (3).
  /// Nil where nothing is cached under the identifier.
  public func invalidation(type: UInt8, identifier: UInt16, _ address: VirtualAddress) -> Invalidation? {
    let global = existingTag(of: nil)
    switch type {
    case 0, 1:
      guard let root = processors[vm][vcpu].rootsByIdentifier[identifier],
        let context = existingTag(of: root, identifier)
      else { return nil }
      guard type == 0 else { return .context(context) }
      let page = address.alignedDown(to: .size4K)
      return .range(ContextTags(own: context, global: nil), page, length: PageSize.size4K.bytes)
    case 2: return .contexts(knownContexts)
    default: return .contexts(knownContexts.filter { $0 != global })
    }
  }

  /// What the root register of the running processor holds; nil before it was loaded.
  public var rootRegister: RealAddress? { processors[vm][vcpu].root }

  /// Whether a load of CR4 empties the running processor's TLBs. The first one only tells what it holds.
  public func emptiesCaches(loading extensions: PagingExtensions) -> Bool {
    processors[vm][vcpu].extensions.map { extensions.emptiesCaches(after: $0) } ?? false
  }

  /// Loads CR4 of the running processor, which lets it keep translations of global pages when it loads its root register,
  /// and tell contexts by identifiers; where it clears these, the running one's is 0, and all TLBs were emptied.
  public mutating func load(_ extensions: PagingExtensions) throws(TranslationError) {
    let hadIdentifiers = hasIdentifiers
    processors[vm][vcpu].extensions = extensions
    globalContext = extensions.contains(.globalPages) ? try tag(of: nil) : nil
    guard hadIdentifiers, !hasIdentifiers else { return }
    processors[vm][vcpu].rootsByIdentifier = [:]
    guard let root = processors[vm][vcpu].root else { return }
    processors[vm][vcpu].rootsByIdentifier[0] = root
    try enter(root, 0)
  }

  /// Whether the running processor's guest uses process-context identifiers.
  private var hasIdentifiers: Bool { processors[vm][vcpu].extensions?.contains(.identifiers) == true }

  private func existingTag(of root: RealAddress?, _ identifier: UInt16 = 0) -> UInt16? {
    contexts.existingTag(of: .init(vm: vm, vcpu: vcpu, root: root), identifier)
  }

  private mutating func tag(
    of root: RealAddress?, _ identifier: UInt16 = 0
  ) throws(TranslationError) -> UInt16 {
    guard let tag = contexts.tag(of: .init(vm: vm, vcpu: vcpu, root: root), identifier) else {
      throw .tooManyContexts(limit: ContextTable.limit)
    }
    return tag
  }

  /// The processor whose TLBs an invalidation concerns. It has the number of the virtual processor whose the tags are: those
  /// of one number, of all virtual machines, run on one processor.
  public func processor(of invalidation: Invalidation) -> Int {
    switch invalidation {
    case .page(let context, _), .context(let context): contexts.processor(of: context)
    case .range(let tags, _, _): contexts.processor(of: tags.own)
    case .contexts(let tags): tags.first.map(contexts.processor) ?? vcpu
    case .all: vcpu
    }
  }

  /// Every tag of the running processor, that of global pages included, in order.
  public var knownContexts: [UInt16] { contexts.tags(of: vm, vcpu: vcpu) }

  /// The tags of an address space of the running virtual machine on each processor that it ever ran on.
  public func tags(of root: RealAddress) -> [ContextTags] {
    var tags: [ContextTags] = []
    for vcpu in processors[vm].indices { append(&tags, of: root, on: vcpu) }
    return tags
  }

  /// The same without the running processor.
  public func tagsElsewhere(of root: RealAddress) -> [ContextTags] {
    var tags: [ContextTags] = []
    for other in processors[vm].indices where other != vcpu { append(&tags, of: root, on: other) }
    return tags
  }

  private func append(_ tags: inout [ContextTags], of root: RealAddress, on vcpu: Int) {
    for tag in contexts.tags(of: .init(vm: vm, vcpu: vcpu, root: root)) {
      tags.append(ContextTags(own: tag.number, global: globalTag(of: vcpu)))
    }
  }

  /// The tags of the global pages of the running virtual machine's processors.
  public var globalTags: [UInt16] { processors[vm].indices.compactMap(globalTag) }

  private func globalTag(of vcpu: Int) -> UInt16? {
    guard processors[vm][vcpu].extensions?.contains(.globalPages) == true else { return nil }
    return contexts.existingTag(of: .init(vm: vm, vcpu: vcpu, root: nil))
  }

  /// The roots of the running virtual machine's address spaces that ever ran, in the order of their addresses.
  public var knownRoots: [RealAddress] { contexts.roots(of: vm) }

  /// Forgets an address space of the running virtual machine, whose entries are invalidated everywhere; its tags may
  /// be used again.
  public mutating func retire(_ root: RealAddress) {
    guests[vm].retire(root)
    for index in processors[vm].indices {
      contexts.remove(.init(vm: vm, vcpu: index, root: root))
      if processors[vm][index].root == root { processors[vm][index].root = nil }
      let identifiers = processors[vm][index].rootsByIdentifier
      processors[vm][index].rootsByIdentifier = identifiers.filter { $0.value != root }
    }
    if processors[vm][vcpu].root == nil { self.root = -1 }
  }

  /// Gives the running virtual machine, whose address spaces were retired, an empty guest; its real memory stays
  /// backed, and the storage of its tables is used again.
  public mutating func restartMachine() {
    if guests[vm].bytes > 0 { guests[vm] = GuestTables(machine.guestShape) }
    processors[vm] = processors[vm].map { _ in Processor() }
    root = -1
    globalContext = nil
  }

  /// Notes an access to a page, and answers whether it is the first since the page was mapped (rule 18).
  public mutating func noteTouch(of address: VirtualAddress) -> Bool {
    root >= 0 && guests[vm].markTouched(root: root, address)
  }

  /// Lets the next access to a page count as its first.
  public mutating func forgetTouch(of address: VirtualAddress) {
    guard root >= 0 else { return }
    let end = guests[vm].walk(root: root, address)
    guests[vm].clearTouched(end.node, end.index)
  }

  /// Where a table of the running virtual machine stands in its address spaces.
  public func placements(
    of node: GuestTables.Node
  ) throws(TranslationError) -> [TablePlacement] {
    do { return try guests[vm].placements(of: node) } catch { throw .table(error) }
  }

  /// The memory that `native` sees: real memory is physical, one virtual machine's behind the other's.
  public func nativePhysical(_ real: RealAddress) -> PhysicalAddress {
    PhysicalAddress(UInt64(vm) &* machine.vm.memory.bytes &+ real.rawValue)
  }

  /// Backs the real page that holds an address of the running virtual machine.
  public mutating func back(_ real: RealAddress) throws(TranslationError) -> Backing {
    do { return try hypervisor.back(real, vm: vm) } catch { throw .hypervisor(error) }
  }

  /// Flips a frame bit of the guest's own leaf for an address of the running address space.
  mutating func corruptGuestLeaf(of address: VirtualAddress) -> Bool {
    guard let leaf = guestLeaf(of: address) else { return false }
    let entry = leaf.end.entry.rawValue ^ leaf.size.bytes
    return guests[vm].replace(leaf.end, PageTableEntry(rawValue: entry))
  }
}

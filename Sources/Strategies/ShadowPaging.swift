public import Addressing
public import Machines
public import PageTables
public import Results

/// Shadow paging: the hypervisor keeps, for every guest table, a shadow table from virtual to physical, and hardware
/// walks that.
///
/// - Idea: guest page-table pages are write-protected, so that every store to one exits, is emulated, and leaves no
///   stale shadow entry (Adams and Agesen, ASPLOS 2006 `[M]`; Linux kernel, Documentation/virt/kvm/x86/mmu.rst
///   `[V:kvm-mmu]`; semantics rule 11). A store that makes an entry present is not installed: the first access takes
///   a hidden fault (`prefill=on` installs it). A store that changes, clears or narrows a present entry zaps the
///   shadow entries below it at once.
/// - Counts: walks of the shadow table; exits on every store to a protected page, hidden faults, first writes to pages
///   whose guest entry is clean, true faults, INVLPG and root register loads.
/// - Leaves out: reclaim of shadow pages, unsynchronised leaf tables, write-flood detection.
public struct ShadowPaging: TranslationStrategy {
  public static let name = "shadow"
  public static let idea =
    "hardware walks virtual-to-physical tables that the hypervisor keeps in step with the guest's"
  public static let parameters = [
    StrategyParameter(
      "prefill", ["off", "on"],
      "whether a store that makes a guest leaf entry present composes its shadow entries at once")
  ]
  public static let notApplicable = NotApplicable.secondStage.union([\.walkReferencesGuest])

  private var walkers: LinearWalkers
  private var tables: ShadowTables
  private let prefills: Bool
  private let exitsFlush: Bool

  public init(_ machines: [[Machine]], _ parameters: StrategyParameters) {
    exitsFlush = !machines[0][0].vpid
    // What exits may drop beside is what walk caches hold.
    walkers = LinearWalkers(machines, outlastsAdditions: !exitsFlush)
    tables = ShadowTables(machines[0][0].guestShape)
    prefills = parameters["prefill"] == "on"
  }

  public mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    let space = try space(on: &platform)
    var walk = try walkers.walk(&tables.table, space, request, &effects)
    if !walk.allows(request) {
      try repair(request, isMissing: !walk.end.isMapped, on: &platform, &effects)
      walk = try walkers.walk(&tables.table, space, request, &effects)
    }
    guard walk.allows(request), let size = walk.end.size else {
      throw .unmapped(request.address, vm: platform.vm)
    }
    return Translation(
      base: walk.end.entry.page(size, in: Physical.self), size: size, mappedSize: size, walk.permissions,
      leaf: walk.end.entry)
  }

  public mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try walkers.walk(&tables.table, space(on: &platform), request, isFault: true, &effects)
    effects.tally.current.exitsTrueFault &+= 1
    exit(&effects)
  }

  /// The emulated store needs no backing of its own: the exit provides it.
  public mutating func willStore(
    to address: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    guard try platform.back(address).isNew else { return }
    effects.tally.isFirstTouch = true
    effects.tally.current.pagesBacked &+= 1
  }

  public mutating func didStore(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    if change.isLeaf {
      effects.tally.current.exitsTableStoreLeaf &+= 1
    } else {
      effects.tally.current.exitsTableStoreNonleaf &+= 1
    }
    exit(&effects)
    if change.old.isPresent, change.old != change.new {
      for placement in try platform.placements(of: change.node) {
        let start = placement.base.advanced(
          by: UInt64(change.index) * TableShape.span(ofEntryAt: change.level))
        let length = TableShape.span(ofEntryAt: change.level)
        zap(.init(vm: platform.vm, root: placement.root), start, length: length, on: &platform, &effects)
      }
    }
    if prefills, change.new.isPresent, change.isLeaf { try prefill(change, on: &platform, &effects) }
  }

  public mutating func didLinkTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) {
    for entry in tables.largeEntries(around: frame, vm: platform.vm) {
      zap(entry.space, entry.base, length: entry.size.bytes, on: &platform, &effects)
    }
  }

  public mutating func invalidate(
    _ dropped: Invalidation?, on platform: inout Platform, _ effects: inout Effects
  ) {
    effects.tally.current.exitsInvalidatePage &+= 1
    exit(&effects)
    guard let dropped else { return }
    dropped.forEachContext { walkers.invalidate(context: $0) }
    effects.invalidations.append(dropped)
  }

  public mutating func switchAddressSpace(
    flushing context: UInt16?, on platform: inout Platform, _ effects: inout Effects
  ) {
    effects.tally.current.exitsAddressSpaceSwitch &+= 1
    exit(&effects)
    guard let context else { return }
    walkers.invalidate(context: context)
    effects.invalidations.append(.context(context))
  }

  public mutating func invalidateEverything(on platform: inout Platform, _ effects: inout Effects) {
    effects.tally.current.exitsAddressSpaceSwitch &+= 1
    exit(&effects)
    let contexts = platform.knownContexts
    for context in contexts { walkers.invalidate(context: context) }
    effects.invalidations.append(.contexts(contexts))
  }

  public mutating func retire(_ root: RealAddress, on platform: inout Platform, _ effects: inout Effects) {
    tables.release(.init(vm: platform.vm, root: root), on: &platform)
    for tags in platform.tags(of: root) {
      walkers.invalidate(context: tags.own)
      effects.invalidations.append(.context(tags.own))
    }
  }

  public mutating func run(processor: Int) { walkers.run(processor: processor) }

  public mutating func invalidateWalkCaches(context: UInt16) { walkers.invalidate(context: context) }

  public mutating func invalidateWalkCaches() { walkers.invalidateAll() }

  public var tableBytes: StrategyTableBytes { StrategyTableBytes(shadow: tables.table.bytes) }

  public mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool {
    tables.corruptLeaf(of: Self.runningSpace(on: platform), address)
  }

  public var walksOutlastAdditions: Bool { walkers.outlastAdditions }

  public mutating func finishWalks(on platform: inout Platform) throws(TranslationError) {
    guard walkers.areBehind else { return }
    try walkers.finish(&tables.table, space(on: &platform))
  }

  public mutating func countFinishedWalks(_ effects: inout Effects) { walkers.takeTallies(&effects) }

  /// The running address space's shadow table.
  private mutating func space(
    on platform: inout Platform
  ) throws(TranslationError) -> LinearWalker.AddressSpace {
    let root = try tables.root(of: Self.runningSpace(on: platform), on: &platform)
    return .init(root: root, context: platform.context, kind: .shadow)
  }

  private static func runningSpace(on platform: borrowing Platform) -> ShadowTables.Space {
    .init(vm: platform.vm, root: platform.rootRegister)
  }

  /// One round trip to the hypervisor; an untagged machine loses its translations by it.
  private mutating func exit(_ effects: inout Effects) {
    guard exitsFlush else { return }
    walkers.invalidateAll()
    effects.invalidations.append(.all)
  }

  /// Repairs what the guest must not see: composes the entry that is missing, or lets the first write pass.
  private mutating func repair(
    _ request: TranslationRequest, isMissing: Bool, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    if isMissing {
      effects.tally.current.exitsHiddenFault &+= 1
    } else {
      effects.tally.current.exitsDirtyFault &+= 1
    }
    effects.tally.current.faultsHidden &+= 1
    exit(&effects)
    guard let guest = platform.guestLeaf(of: request.address), guest.permissions.allows(request) else {
      throw .unmapped(request.address, vm: platform.vm)
    }
    platform.markAccessed(guest.end, isWrite: request.isWrite)
    let isDirty = request.isWrite || guest.end.entry.isDirty
    try compose(guest, request.address, isDirty: isDirty, on: &platform, &effects)
  }

  /// Writes the shadow entry of the page around `address`, of the effective size (rule 8).
  private mutating func compose(
    _ guest: GuestLeaf, _ address: VirtualAddress, isDirty: Bool, on platform: inout Platform,
    _ effects: inout Effects
  ) throws(TranslationError) {
    let real = guest.realAddress(of: address)
    let backing = try platform.back(real)
    if backing.isNew {
      effects.tally.isFirstTouch = true
      effects.tally.current.pagesBacked &+= 1
    }
    let size = platform.guests[platform.vm].largestUnprotectedSize(
      around: real, upTo: min(guest.size, backing.size))
    let page = address.alignedDown(to: size)
    let space = Self.runningSpace(on: platform)
    if tables.hasTable(of: space, page, size) {
      try finishWalks(on: &platform)
      zap(space, page, length: size.bytes, on: &platform, &effects)
    }
    try tables.compose(
      space, page, to: backing.physical(of: real).alignedDown(to: size), size,
      PathPermissions(
        isWritable: guest.permissions.isWritable && isDirty, isExecutable: guest.permissions.isExecutable),
      isGlobal: guest.end.entry.flags.contains(.global), real: real.alignedDown(to: size), on: &platform)
    effects.tally.current.shadowEntriesComposed &+= 1
  }

  /// Composes the entries of a leaf that the guest just made present, where they are at most a table full.
  private mutating func prefill(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    let space = Self.runningSpace(on: platform)
    for placement in try platform.placements(of: change.node) {
      guard placement.root == space.root else { continue }
      let span = TableShape.span(ofEntryAt: change.level)
      let start = placement.base.advanced(by: UInt64(change.index) * span)
      guard let leaf = platform.guestLeaf(of: start) else { continue }
      var address = start
      while address.rawValue &- start.rawValue < min(span, PageSize.size2M.bytes) {
        try compose(leaf, address, isDirty: leaf.end.entry.isDirty, on: &platform, &effects)
        address = address.advanced(by: tables.leafSize(of: space, address).bytes)
      }
    }
  }

  /// Removes the shadow entries of a range, and with them every translation made from them, on every processor.
  private mutating func zap(
    _ space: ShadowTables.Space, _ start: VirtualAddress, length: UInt64, on platform: inout Platform,
    _ effects: inout Effects
  ) {
    let zapped = tables.zap(space, start, length: length, on: &platform)
    guard zapped > 0, let root = space.root else { return }
    effects.tally.current.shadowEntriesZapped &+= zapped
    for tags in platform.tags(of: root) {
      walkers.invalidate(context: tags.own)
      effects.invalidations.append(.range(tags, start, length: length))
    }
  }
}

import Addressing
import Machines
import PageTables
import Results

/// What every strategy of two walked tables shares: the walker, one real map table for each virtual machine, and
/// the second-stage faults that fill it.
struct TwoDimensionalPaging: Sendable {
  typealias Walkers = WalkerSet<TwoDimensionalWalker, TwoDimensionalFollowers>

  private var walkers: Walkers
  private var maps: [RealMapTable] = []
  private let form: RealMapTable.Form
  private let shape: TableShape
  private let exitsFlush: Bool

  /// - Parameter machines: By second level; one for each walker.
  init(_ machines: [[Machine]], form: RealMapTable.Form) {
    exitsFlush = !machines[0][0].vpid
    // Repairs add to the map; what they may drop beside is what walk caches hold.
    walkers = WalkerSet(machines, outlastsAdditions: !exitsFlush, TwoDimensionalWalker.init)
    self.form = form
    shape = machines[0][0].hostShape
  }

  /// Completes a translation; each second-stage fault on the way aborts the walk, is repaired, and it starts again.
  mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    try prepareMap(on: &platform)
    let (vm, space) = (platform.vm, space(on: platform))
    while true {
      let outcome = try Self.walk(&walkers, request, &platform.guests[vm], space, &maps[vm], &effects)
      switch outcome {
      case .complete(let guest, let real, let host):
        platform.markAccessed(guest.end, isWrite: request.isWrite)
        return Self.translation(guest, real, host)
      case .hostMissing(let real):
        try repair(real, on: &platform, &effects)
      case .guestStopped:
        throw .unmapped(request.address, vm: platform.vm)
      }
    }
  }

  /// Walks for an access that the guest's tables deny.
  mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try prepareMap(on: &platform)
    let (vm, space) = (platform.vm, space(on: platform))
    while true {
      let outcome = try Self.walk(
        &walkers, request, isFault: true, &platform.guests[vm], space, &maps[vm], &effects)
      guard case .hostMissing(let real) = outcome else { return }
      try repair(real, on: &platform, &effects)
    }
  }

  /// The guest's kernel stores to a real address: a second-stage fault if the map does not hold it.
  mutating func touch(
    _ real: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try prepareMap(on: &platform)
    if maps[platform.vm].mapping(of: real) == nil { try repair(real, on: &platform, &effects) }
  }

  /// Backs and maps all of a real page of the guest's, outside any walk.
  mutating func establish(
    _ page: RealAddress, _ size: PageSize, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try prepareMap(on: &platform)
    var next = page.alignedDown(to: size)
    let end = next.advanced(by: size.bytes)
    while next < end {
      let mapped = try map(next, on: &platform, &effects)
      next = next.alignedDown(to: mapped).advanced(by: mapped.bytes)
    }
  }

  /// A page became a table, with what it maps: the same for each of its pages as if an entry had been stored now. What the
  /// guest mapped before it loaded its first root was mapped before the trace began, and is not counted.
  mutating func establishTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    if platform.root < 0 {
      var uncounted = Effects()
      return try establishPages(ofTableAt: frame, on: &platform, &uncounted)
    }
    effects.tally.isFirstTouch = true
    try establishPages(ofTableAt: frame, on: &platform, &effects)
  }

  private mutating func establishPages(
    ofTableAt frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    for (page, size) in platform.pages(ofTableAt: frame) {
      try establish(page, size, on: &platform, &effects)
    }
  }

  /// The same as ``populate(_:_:on:)`` for a page that became a table, and all that it maps.
  mutating func populateTable(at frame: RealAddress, on platform: inout Platform) throws(TranslationError) {
    guard platform.hypervisor.settings.backing == .prepopulated else { return }
    var uncounted = Effects()
    try establish(frame, .size4K, on: &platform, &uncounted)
    try establishPages(ofTableAt: frame, on: &platform, &uncounted)
  }

  /// Where all memory was backed and mapped before the machine ran, writes the entries of a page that the guest starts
  /// to use; until then they are left out to save the simulator's memory. Nothing is counted.
  mutating func populate(
    _ page: RealAddress, _ size: PageSize, on platform: inout Platform
  ) throws(TranslationError) {
    guard platform.hypervisor.settings.backing == .prepopulated else { return }
    var uncounted = Effects()
    try establish(page, size, on: &platform, &uncounted)
  }

  /// Leaves for the hypervisor and returns; an untagged machine loses its translations by it.
  mutating func exit(_ effects: inout Effects) {
    guard exitsFlush else { return }
    walkers.forEach {
      $0.invalidateCombined()
    } _: {
      $0.invalidateCombined()
    }
    effects.invalidations.append(.all)
  }

  /// Lets a processor run, with caches of its own.
  mutating func run(processor: Int) { walkers.run(processor: processor) }

  mutating func invalidateWalkCaches(context: UInt16) {
    walkers.forEachOfAllProcessors {
      $0.invalidate(context: context)
    } _: {
      $0.invalidate(context: context)
    }
  }

  mutating func invalidateWalkCaches() {
    walkers.forEach {
      $0.invalidateAll()
    } _: {
      $0.invalidateAll()
    }
  }

  /// Whether walks may stay put off while entries are added to tables.
  var walksOutlastAdditions: Bool { walkers.outlastsAdditions }

  /// Makes the walks that were put off.
  mutating func finishWalks(on platform: inout Platform) throws(TranslationError) {
    guard walkers.isBehind else { return }
    let (vm, space) = (platform.vm, space(on: platform))
    try Self.finish(&walkers, &platform.guests[vm], space, &maps[vm])
  }

  /// Counts the walks that were put off and have been made since the last call.
  mutating func countFinishedWalks(_ effects: inout Effects) { walkers.takeTallies(&effects) }

  /// Memory taken by all real map tables, as far as they have been filled. In bytes.
  var tableBytes: UInt64 { maps.reduce(0) { $0 + $1.bytes } }

  /// Maps the page around a real address of the running machine elsewhere.
  mutating func corruptEntry(for real: RealAddress, on platform: inout Platform) -> Bool {
    guard platform.vm < maps.count, let page = maps[platform.vm].mapping(of: real) else { return false }
    let other = PhysicalAddress(page.base.rawValue ^ page.size.bytes)
    let changed = try? maps[platform.vm].establish(
      real.alignedDown(to: page.size), to: other, size: page.size, frames: &platform.hypervisor.tableFrames)
    return changed ?? false
  }

  private func space(on platform: borrowing Platform) -> TwoDimensionalWalker.AddressSpaceName {
    .init(vm: platform.vm, context: platform.context, root: platform.root)
  }

  // Static, as walkers and maps are changed at once.

  @inline(__always)
  private static func walk(
    _ walkers: inout Walkers, _ request: TranslationRequest, isFault: Bool = false,
    _ guest: inout GuestTables, _ space: TwoDimensionalWalker.AddressSpaceName, _ map: inout RealMapTable,
    _ effects: inout Effects
  ) throws(TranslationError) -> TwoDimensionalWalker.Outcome {
    try walkers.walk(request, isFault: isFault, &effects) { walker, references in
      walker.walk(request, of: &guest, space, over: &map, &references)
    } allows: {
      $0.isComplete
    } end: {
      $0.walkEnd { map.form == .radix ? map.radix.walk(root: map.root, $0).level : 1 }
    } _: { (followers, walks) throws(TranslationError) in
      try followers.follow(walks, &guest, space, &map)
    }
  }

  private static func finish(
    _ walkers: inout Walkers, _ guest: inout GuestTables, _ space: TwoDimensionalWalker.AddressSpaceName,
    _ map: inout RealMapTable
  ) throws(TranslationError) {
    try walkers.finish { (followers, walks) throws(TranslationError) in
      try followers.follow(walks, &guest, space, &map)
    }
  }

  private mutating func prepareMap(on platform: inout Platform) throws(TranslationError) {
    while maps.count <= platform.vm {
      do {
        maps.append(
          try RealMapTable(
            form, shape: shape, realBytes: platform.machine.vm.memory.bytes,
            frames: &platform.hypervisor.tableFrames))
      } catch {
        throw .table(error)
      }
    }
  }

  /// Repairs a second-stage fault: the page is backed, and its entry written, within one exit.
  private mutating func repair(
    _ real: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    effects.tally.isFirstTouch = true
    effects.tally.current.exitsSecondStageFault &+= 1
    effects.tally.current.faultsSecondStage &+= 1
    exit(&effects)
    _ = try map(real, on: &platform, &effects)
  }

  /// Backs the page around a real address and writes its entry; its size.
  private mutating func map(
    _ real: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> PageSize {
    let backing = try platform.back(real)
    if backing.isNew { effects.tally.current.pagesBacked &+= 1 }
    do {
      let isNew = try maps[platform.vm].establish(
        real, to: backing.base, size: backing.size, frames: &platform.hypervisor.tableFrames)
      if isNew { effects.tally.current.realMapEntriesEstablished &+= 1 }
    } catch {
      throw .table(error)
    }
    return backing.size
  }

  /// The smaller of guest and host page (semantics rule 8).
  private static func translation(
    _ guest: GuestLeaf, _ real: RealAddress, _ host: HostPage
  ) -> Translation {
    let size = min(guest.size, host.size)
    let physical = host.base.advanced(by: real.offset(in: host.size))
    return Translation(
      base: physical.alignedDown(to: size), size: size, mappedSize: guest.size, guest.permissions,
      leaf: guest.end.entry)
  }
}

extension TableChange {
  /// The size of what the new entry points to: a page, or a table of 4 KiB.
  var pageSize: PageSize { isLeaf ? PageSize(leafLevel: level) ?? .size4K : .size4K }

  /// Where it points to.
  var page: RealAddress { new.page(pageSize, in: Real.self) }
}

import Addressing
import PageTables

// What the kernel does when a process touches a page.
extension GuestModel {
  /// Makes the page of a run mapped with the permission that the run needs, and notes the access.
  mutating func satisfy(_ run: PageRun) throws(GuestError) {
    let address = VirtualAddress(run.page << 12)
    let root = running.root
    guard table.shape.covers(address) else { throw .addressNotCovered(address, levels: table.levels) }
    var walk = table.walk(root: root, address)
    while !Self.allows(walk, run) {
      try fault(walk, run, address, root)
      walk = table.walk(root: root, address)
    }
    if run.isWrite, !walk.entry.isDirty {
      // As the hardware does; no store of the kernel's.
      table.insert(.dirty, walk.node, walk.index)
      walk.entry.flags.insert(.dirty)
    }
    noteTouch(run.page, walk)
  }

  /// Counts a page touched for the first time, and remembers how to find its entry.
  private mutating func noteTouch(_ page: UInt64, _ walk: TableWalk) {
    let (isNew, place, moved) = running.touched.insert(page)
    if moved { running.regions.forgetAll() }
    if isNew {
      statistics.touchedPages += 1
      if walk.level > 1 { statistics.touchedPagesInLarge += 1 }
    }
    if walk.level == 1 {
      table.insert(.touched, walk.node, walk.index)
      running.regions.remember(page >> 9, table: walk.node)
    } else {
      let mayFetch: UInt32 = walk.entry.isNoExecute ? 0 : 1
      let mayWrite: UInt32 = walk.entry.isWritable && walk.entry.isDirty ? 2 : 0
      running.regions.remember(page >> 9, place: place, allowed: mayFetch | mayWrite)
    }
  }

  private static func allows(_ walk: TableWalk, _ run: PageRun) -> Bool {
    walk.isMapped && (!run.isWrite || walk.entry.isWritable) && (!run.isFetch || !walk.entry.isNoExecute)
  }

  /// Delivers a page fault and takes one step towards the access.
  private mutating func fault(
    _ walk: TableWalk, _ run: PageRun, _ address: VirtualAddress, _ root: PageTable<Virtual, Real>.Node
  ) throws(GuestError) {
    // Bits of the error code: SDM volume 3, section 4.7. Present, write, user, instruction fetch.
    let code: UInt32 =
      (walk.isMapped ? 1 : 0) | (run.isWrite ? 2 : 0) | 4 | (run.isFetch ? 16 : 0)
    emit(.pageFault(address, errorCode: code, privilege: 3, instruction: nil))
    statistics.faults += 1
    let area = running.areas.area(at: run.page)
    guard let leaf = nextLeaf(of: root, from: run.page, before: run.page + 1) else {
      return try mapPage(address, root, area, run)
    }
    if let area, !Self.grants(area, run) { statistics.impliedPermissions += 1 }
    var entry = leaf.entry
    if !entry.isPresent {
      entry.flags.insert(.present)
      store(leaf.node, leaf.index, entry)
    } else if run.isFetch {
      entry.flags.remove(.noExecute)
      store(leaf.node, leaf.index, entry)
    } else if isWritableInPlace(leaf, area) {
      entry.flags.insert([.writable, .dirty])
      store(leaf.node, leaf.index, entry)
    } else {
      try copy(leaf)
    }
  }

  /// Whether the protection that the program asked for allows the access.
  private static func grants(_ area: Area, _ run: PageRun) -> Bool {
    area.protection.contains(run.isWrite ? .write : run.isFetch ? .execute : .read)
  }

  /// Whether a write needs no copy of the page.
  func isWritableInPlace(_ leaf: HeldLeaf, _ area: Area?) -> Bool {
    guard !isZeroPage(leaf.entry) else { return false }
    if area?.kind == .shared { return true }
    return !leaf.entry.flags.contains(.copiedOnWrite) && !frames.isShared(leaf.frame, leaf.size)
  }

  /// Gives the process a page of its own in place of one that it only reads. A large page for which there is no
  /// frame is split, and the fault repeats for the part.
  private mutating func copy(_ leaf: HeldLeaf) throws(GuestError) {
    let frame: RealAddress
    do { frame = try frames.allocate(leaf.size) } catch {
      guard leaf.size > .size4K else { throw error }
      statistics.largePageFallbacks += 1
      return try split(leaf)
    }
    var flags = leaf.entry.flags.subtracting(.copiedOnWrite)
    flags.insert([.writable, .dirty])
    if settings.breakStores > 1 { store(leaf.node, leaf.index, .empty) }
    if settings.breakStores > 1 { emit(.invalidatePage(leaf.start)) }
    store(leaf.node, leaf.index, PageTableEntry(frame, flags))
    if settings.breakStores == 1 { emit(.invalidatePage(leaf.start)) }
    if !isZeroPage(leaf.entry) { frames.release(leaf.frame, leaf.size) }
    statistics.copies += 1
  }

  /// Maps the page of an address that nothing is mapped at: tables from the top, the leaf last.
  private mutating func mapPage(
    _ address: VirtualAddress, _ root: PageTable<Virtual, Real>.Node, _ area: Area?, _ run: PageRun
  ) throws(GuestError) {
    if let area, !Self.grants(area, run) { statistics.impliedPermissions += 1 }
    let isAnonymous = ignoresEvents || area?.kind.map { $0 != .file } ?? false
    let (size, frame) = largestFrame(root, address, area)
    let isZero =
      size == .size4K && !run.isWrite && !ignoresEvents && settings.zeroPage && isAnonymous
      && area?.kind != .shared
    var flags: PageTableEntry.Flags = [.present, .user, .accessed]
    if size > .size4K { flags.insert(.large) }
    if run.isWrite {
      flags.insert([.writable, .dirty])
    } else if !isAnonymous {
      flags.insert(.copiedOnWrite)
    } else if !isZero, ignoresEvents || area?.protection.contains(.write) == true {
      flags.insert(.writable)
    }
    if let area, !area.protection.contains(.execute), !run.isFetch { flags.insert(.noExecute) }
    if isZero { statistics.zeroPageMappings += 1 }
    let page: RealAddress
    if let frame {
      page = frame
    } else if isZero {
      page = try sharedZeroFrame()
    } else {
      page = try frames.allocate(.size4K)
    }
    let node = try descend(root, address, to: size.leafLevel)
    store(node, table.index(address, level: size.leafLevel), PageTableEntry(page, flags))
  }

  /// A frame of the size wanted at an address, or of the next smaller one that can be had; none of 4 KiB, which the
  /// caller allocates if it needs one.
  private mutating func largestFrame(
    _ root: PageTable<Virtual, Real>.Node, _ address: VirtualAddress, _ area: Area?
  ) -> (PageSize, RealAddress?) {
    var size = wantedSize(address, area)
    while size > .size4K {
      if isFree(root, address, size), let frame = try? frames.allocate(size) { return (size, frame) }
      statistics.largePageFallbacks += 1
      size = size == .size1G ? .size2M : .size4K
    }
    return (.size4K, nil)
  }

  private mutating func sharedZeroFrame() throws(GuestError) -> RealAddress {
    if let zeroFrame { return zeroFrame }
    let frame = try frames.allocate(.size4K)
    zeroFrame = frame
    return frame
  }

  /// The page size that the policy, or the mapping itself, asks for at an address.
  private func wantedSize(_ address: VirtualAddress, _ area: Area?) -> PageSize {
    var size = settings.page.fixedSize ?? .size4K
    if area?.kind == .huge1G { size = .size1G }
    if area?.kind == .huge2M { size = .size2M }
    if settings.page == .transparent, let area, area.kind == .anonymous, area.wantsLargePages != false {
      let first = address.alignedDown(to: .size2M).pageNumber
      let range = first..<first + PageSize.size2M.basePages
      if area.pages.clamped(to: range) == range, isFree(running.root, address, .size2M) { size = .size2M }
    }
    return size.leafLevel <= table.levels ? size : .size4K
  }

  /// Whether nothing is held, and no table stands, where a page of `size` would be mapped.
  private func isFree(
    _ root: PageTable<Virtual, Real>.Node, _ address: VirtualAddress, _ size: PageSize
  ) -> Bool {
    table.walk(root: root, address, downTo: size.leafLevel).entry.rawValue == 0
  }
}

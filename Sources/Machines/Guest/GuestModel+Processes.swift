import Addressing
import PageTables

// Processes made, switched, copied and ended.
extension GuestModel {
  /// Lets a process run; the first time makes it.
  mutating func run(_ addressSpace: UInt32?) throws(GuestError) {
    let addressSpace = ignoresEvents ? nil : addressSpace
    if current >= 0, running.addressSpace == addressSpace { return }
    let place: Int
    if let known = placeOfProcess[addressSpace] {
      place = known
    } else {
      place = try makeProcess(addressSpace)
    }
    suspend()
    current = place
    swap(&running, &processes[place])
    loadRoot(keepingTLB: true)
  }

  /// Puts the running process back into its place.
  private mutating func suspend() {
    guard current >= 0 else { return }
    swap(&running, &processes[current])
    current = -1
  }

  /// Loads the running process's root, for a switch or, with the same value, for a flush.
  mutating func loadRoot(keepingTLB: Bool) {
    let root = table.address(of: running.root)
    guard pcid else { return emit(.controlRegister(.cr3, value: root.rawValue)) }
    let identifier = Self.identifier(ofPlace: current)
    let isKnown = usersOfPCID.updateValue(root, forKey: identifier) == root
    let noFlush: UInt64 = keepingTLB && isKnown ? 1 << 63 : 0
    emit(.controlRegister(.cr3, value: root.rawValue | UInt64(identifier) | noFlush))
  }

  /// The process-context identifier of a process; those far apart share one.
  private static func identifier(ofPlace place: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: 1 + place % 4095)
  }

  /// A process with an empty root, not running yet. Returns its place.
  mutating func makeProcess(_ addressSpace: UInt32?) throws(GuestError) -> Int {
    let frame = try frames.allocate(.size4K)
    let root = table.makeNode(level: table.levels, at: frame)
    let place = freePlaces.popLast() ?? processes.count
    // The first process comes behind the start of the machine.
    if processes.isEmpty, pcid {
      emit(.controlRegister(.cr4, value: PagingExtensions([.physicalAddresses, .identifiers]).rawValue))
    }
    if place == processes.count { processes.append(.none) }
    processes[place] = GuestProcess(addressSpace: addressSpace, root: root)
    placeOfProcess[addressSpace] = place
    emit(.tableLinked(frame, level: UInt8(table.levels), entries: [], storesBefore: 0))
    return place
  }

  /// Copies the running process: both share every frame, and private memory is copied when one of them writes.
  mutating func fork(child addressSpace: UInt32) throws(GuestError) {
    guard running.addressSpace != addressSpace else { return }
    if let old = placeOfProcess[addressSpace] { try retire(old) }
    let child = try makeProcess(addressSpace)
    let areas = running.areas
    let childRoot = processes[child].root
    processes[child].areas = areas
    processes[child].heap = running.heap
    var narrowed = false
    try forEachLeaf(of: running.root) { (model, leaf) throws(GuestError) in
      var entry = leaf.entry
      if entry.isWritable, areas.area(at: leaf.start.pageNumber)?.kind != .shared {
        entry.flags.remove(.writable)
        model.store(leaf.node, leaf.index, entry)
        narrowed = true
      }
      if !model.isZeroPage(entry) { model.frames.share(leaf.frame, leaf.size) }
      let table = try model.descend(childRoot, leaf.start, to: leaf.level)
      model.store(table, model.table.index(leaf.start, level: leaf.level), entry)
    }
    guard narrowed else { return }
    running.regions.forgetAll()
    loadRoot(keepingTLB: false)
  }

  /// Ends a process: its pages, its tables and its root go.
  mutating func retire(_ place: Int) throws(GuestError) {
    if place == current { suspend() }
    let process = processes[place]
    try forEachLeaf(of: process.root) { (model, leaf) throws(GuestError) in
      if model.settings.exitStores > 0 { model.store(leaf.node, leaf.index, .empty) }
      if !model.isZeroPage(leaf.entry) { model.frames.release(leaf.frame, leaf.size) }
    }
    let frame = table.address(of: process.root)
    freeTables(under: process.root)
    emit(.rootRetired(frame))
    processes[place] = .none
    freePlaces.append(place)
    usersOfPCID[Self.identifier(ofPlace: place)] = nil
    placeOfProcess[process.addressSpace] = nil
  }

  /// Frees a node and everything below it, without stores: nothing can reach it.
  private mutating func freeTables(under node: PageTable<Virtual, Real>.Node) {
    if table.level(of: node) > 1 {
      for index in 0..<table.entryCount(node) {
        let child = table.unlink(under: node, index)
        if child >= 0 { freeTables(under: child) }
      }
    }
    frames.release(table.address(of: node), .size4K)
    table.removeNode(node)
  }
}

import Addressing

/// What a trace of a whole guest tells of its translation. The property names are those of the JSON form, there in
/// snake case.
struct GuestEventCounts: Encodable {
  /// Virtual processors that load CR3, of all machines.
  var vcpus = 0
  /// Loads of CR3, those that change nothing included.
  var rootLoads: UInt64 = 0
  /// INVLPG and INVPCID.
  var invalidations: UInt64 = 0
  var pageFaults: UInt64 = 0
  /// Stores to page-table pages by level, the leaf level first; those to pages never linked are not counted.
  var tableStoresByLevel: [UInt64] = [0, 0, 0, 0, 0]
  /// The level of each table, by machine and frame.
  private var levels: [Table: Int] = [:]

  private var processors: Set<Processor> = []

  private struct Processor: Hashable {
    var vm: UInt32?
    var vcpu: UInt32?
  }

  private struct Table: Hashable {
    var vm: UInt32?
    var frame: UInt64
  }

  private enum CodingKeys: String, CodingKey {
    case vcpus, rootLoads, invalidations, pageFaults, tableStoresByLevel
  }

  /// Counts an event of a trace, all of which come in order.
  mutating func count(_ event: PositionedEvent) {
    func table(_ address: RealAddress) -> Table { Table(vm: event.owner.vm, frame: address.pageNumber) }
    switch event.event {
    case .controlRegister(.cr3, _):
      rootLoads += 1
      processors.insert(Processor(vm: event.owner.vm, vcpu: event.owner.vcpu))
      vcpus = processors.count
    case .invalidatePage, .invalidateContext: invalidations += 1
    case .pageFault: pageFaults += 1
    case .tableLinked(let address, let level, _, _): levels[table(address)] = Int(level)
    case .tableUnlinked(let address), .rootRetired(let address): levels[table(address)] = nil
    case .tableStore(let address, _, _):
      if let level = levels[table(address)] { tableStoresByLevel[level - 1] += 1 }
    default: break
    }
  }
}

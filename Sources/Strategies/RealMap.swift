public import Addressing
public import Machines
public import PageTables
public import Results

/// Trap-and-update real map tables: a guest store that establishes a page-table entry traps, and the hypervisor
/// establishes the mapping in the virtual machine's real map table at once.
///
/// - Idea: the textbook's design of one real map table for each virtual machine, real to physical (Smith and Nair,
///   "Virtual Machines", chapter 8 `[M]`; semantics rule 13). A store that makes an entry present, leaf or not, or
///   changes its frame, traps; clears, permission changes, INVLPG and root register loads do not. A frame that the
///   guest maps never takes a second-stage fault; only a root's own frame may, on its first use. The
///   store that links a table establishes what the table maps.
/// - Counts: traps on stores, entries established, walks in two dimensions: `rmt=radix` reads g(h+1)+h entries without
///   caches, `rmt=flat` 2g+1.
/// - Leaves out: how the hypervisor tells stores that establish entries from others without a trap.
public struct RealMap: TranslationStrategy {
  public static let name = "real-map"
  public static let idea =
    "as nested, with a real map table filled when a trapped guest store maps a page, not by faults"
  public static let parameters = [
    StrategyParameter(
      "rmt", RealMapTable.Form.allCases.map(\.rawValue),
      "the form of the real map table: a radix table, or an array read with one reference")
  ]
  public static let notApplicable = NotApplicable.shadow.union(NotApplicable.guestPrivileges)

  public static let invalidatesUnasked = false

  private var paging: TwoDimensionalPaging

  public init(_ machines: [[Machine]], _ parameters: StrategyParameters) {
    paging = TwoDimensionalPaging(machines, form: RealMapTable.Form(rawValue: parameters["rmt"]) ?? .radix)
  }

  public mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    try paging.translate(request, on: &platform, &effects)
  }

  public mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try paging.fault(request, on: &platform, &effects)
  }

  public mutating func willStore(
    to address: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try paging.touch(address, on: &platform, &effects)
  }

  public mutating func didStore(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    guard change.madePresent || change.changedFrame else { return }
    if change.isLeaf {
      effects.tally.current.exitsTableStoreLeaf &+= 1
    } else {
      effects.tally.current.exitsTableStoreNonleaf &+= 1
    }
    paging.exit(&effects)
    try paging.establish(change.page, change.pageSize, on: &platform, &effects)
  }

  public mutating func didLinkTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try paging.populateTable(at: frame, on: &platform)
    try paging.establishTable(at: frame, on: &platform, &effects)
  }

  public var walksOutlastAdditions: Bool { paging.walksOutlastAdditions }

  public mutating func finishWalks(on platform: inout Platform) throws(TranslationError) {
    try paging.finishWalks(on: &platform)
  }

  public mutating func countFinishedWalks(_ effects: inout Effects) { paging.countFinishedWalks(&effects) }

  public mutating func run(processor: Int) { paging.run(processor: processor) }

  public mutating func invalidateWalkCaches(context: UInt16) { paging.invalidateWalkCaches(context: context) }

  public mutating func invalidateWalkCaches() { paging.invalidateWalkCaches() }

  public var tableBytes: StrategyTableBytes { StrategyTableBytes(realMap: paging.tableBytes) }

  public mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool {
    guard let leaf = platform.guestLeaf(of: address) else { return false }
    return paging.corruptEntry(for: leaf.realAddress(of: address), on: &platform)
  }
}

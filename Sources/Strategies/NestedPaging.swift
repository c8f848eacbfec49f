public import Addressing
public import Machines
public import PageTables
public import Results

/// Nested paging: hardware walks the guest's table and, for every real address it meets, the real map table.
///
/// - Idea: Bhargava and others, "Accelerating two-dimensional page walks for virtualized systems", ASPLOS 2008 `[M]`;
///   Intel SDM volume 3, chapter 29 (EPT) `[V2]`; semantics rule 12.
/// - Counts: walks in two dimensions and their references, second-stage faults. Guest events do not exit.
/// - Leaves out: accessed and dirty bits of the second stage.
public struct NestedPaging: TranslationStrategy {
  public static let name = "nested"
  public static let idea =
    "hardware walks the guest's table, and the real map table for every real address on the way"
  public static let notApplicable =
    NotApplicable.shadow.union(NotApplicable.guestPrivileges).union(NotApplicable.tableStores)

  public static let invalidatesUnasked = false

  private var paging: TwoDimensionalPaging

  public init(_ machines: [[Machine]], _ parameters: StrategyParameters) {
    paging = TwoDimensionalPaging(machines, form: .radix)
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
    try paging.populate(change.page, change.pageSize, on: &platform)
  }

  public mutating func didLinkTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try paging.populateTable(at: frame, on: &platform)
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

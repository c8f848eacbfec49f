public import Addressing
public import Machines
import PageTables
public import Results

/// No virtualisation: the guest's own table is walked, and what it answers is physical.
///
/// - Idea: one radix table per process, walked by hardware (Intel SDM volume 3, section 4.5).
/// - Counts: walks and their references, dirty walks, true faults. Nothing exits.
/// - Leaves out: where in the cache hierarchy a reference hits.
public struct NativeTranslation: TranslationStrategy {
  public static let name = "native"
  public static let idea = "no virtualisation: the guest's own table is walked, and real memory is physical"
  public static let notApplicable =
    NotApplicable.hypervisor.union(NotApplicable.secondStage).union(NotApplicable.shadow)

  public static let invalidatesUnasked = false

  private var walkers: LinearWalkers

  public init(_ machines: [[Machine]], _ parameters: StrategyParameters) {
    walkers = LinearWalkers(machines, outlastsAdditions: true)
  }

  public mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    let space = LinearWalker.AddressSpace(root: platform.root, context: platform.context)
    let walk = try walkers.walk(&platform.guests[platform.vm], space, request, &effects)
    guard walk.allows(request), let size = walk.end.size else {
      throw .unmapped(request.address, vm: platform.vm)
    }
    platform.markAccessed(walk.end, isWrite: request.isWrite)
    return Translation(
      base: platform.nativePhysical(walk.end.entry.page(size, in: Real.self)), size: size, mappedSize: size,
      walk.permissions, leaf: walk.end.entry)
  }

  public mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    let space = LinearWalker.AddressSpace(root: platform.root, context: platform.context)
    try walkers.walk(&platform.guests[platform.vm], space, request, isFault: true, &effects)
  }

  public var walksOutlastAdditions: Bool { walkers.outlastAdditions }

  public mutating func finishWalks(on platform: inout Platform) throws(TranslationError) {
    guard walkers.areBehind else { return }
    let space = LinearWalker.AddressSpace(root: platform.root, context: platform.context)
    try walkers.finish(&platform.guests[platform.vm], space)
  }

  public mutating func countFinishedWalks(_ effects: inout Effects) { walkers.takeTallies(&effects) }

  public mutating func run(processor: Int) { walkers.run(processor: processor) }

  public mutating func invalidateWalkCaches(context: UInt16) { walkers.invalidate(context: context) }

  public mutating func invalidateWalkCaches() { walkers.invalidateAll() }

  public mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool {
    platform.corruptGuestLeaf(of: address)
  }
}

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

  private var walker: LinearWalker

  public init(_ machine: Machine, _ parameters: StrategyParameters) {
    walker = LinearWalker(machine.guestWalkCache())
  }

  public mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    let walk = walk(request, on: &platform)
    guard walk.allows(request), let size = walk.end.size else {
      throw .unmapped(request.address, vm: platform.vm)
    }
    platform.markAccessed(walk.end, isWrite: request.isWrite)
    effects.countWalk(request, WalkReferences(guest: walk))
    return Translation(
      base: platform.nativePhysical(walk.end.entry.page(size, in: Real.self)), size: size, mappedSize: size,
      walk.permissions, leaf: walk.end.entry)
  }

  public mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    effects.countAbortedWalk(WalkReferences(guest: walk(request, on: &platform)))
  }

  public mutating func invalidateWalkCaches(context: UInt16) { walker.invalidate(context: context) }

  public mutating func invalidateWalkCaches() { walker.invalidateAll() }

  public mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool {
    platform.corruptGuestLeaf(of: address)
  }

  private mutating func walk(
    _ request: TranslationRequest, on platform: inout Platform
  ) -> LinearWalker.Result {
    let (root, context) = (platform.root, platform.context)
    return walker.walk(&platform.guests[platform.vm], root: root, context: context, request.address)
  }
}

extension WalkReferences {
  /// Those of a walk of the guest's own table.
  fileprivate init(guest walk: LinearWalker.Result) {
    guest = walk.references
    guestCacheHits = walk.usedCache ? 1 : 0
  }
}

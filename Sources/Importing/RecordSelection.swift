import Addressing
public import Traces

/// The accesses of a trace chosen by who makes them, where and when; with the events that they need.
///
/// Events of the chosen machine and process are all kept, whichever thread asked, so that what was mapped stays mapped.
/// A chosen process that another one forked starts with events that map what it got from it; that its pages were
/// shared until written is lost.
public struct RecordSelection: Sendable {
  /// A number that the owner's must be; nil for any, the unknown too.
  public var vm: UInt32?
  public var process: UInt32?
  public var thread: UInt32?
  /// Of which an access must touch a byte.
  public var addresses: Range<UInt64>?
  /// The phase that the process last said it began; nil for any, and for what comes before the first.
  public var phase: UInt32?

  private var regions = RegionTracker()
  private var phases: [Process: UInt32] = [:]

  private struct Process: Hashable {
    var vm: UInt32?
    var number: UInt32?
  }

  public init() {}

  /// Forgets what the trace told, for a new segment.
  public mutating func restart() {
    regions = RegionTracker()
    phases = [:]
  }

  /// What is kept of the next block.
  public mutating func take(_ block: RecordBlock) -> RecordBlock {
    var kept = RecordBlock()
    block.forEachStretch { event, owner in
      take(event, by: owner, into: &kept)
    } accesses: { accesses, owner in
      guard keepsAccesses(by: owner) else { return }
      for access in accesses where keeps(access) { kept.append(access, by: owner) }
    }
    return kept
  }

  private mutating func take(_ event: Event, by owner: Owner, into kept: inout RecordBlock) {
    if process != nil { regions.apply(event, by: owner) }
    if case .phase(let number) = event {
      phases[Process(vm: owner.vm, number: owner.addressSpace)] = number
    }
    if keeps(event, by: owner) {
      kept.append(event, by: owner)
    } else if case .clone(let child, sharesMemory: false) = event, child == process, isOfMachine(owner) {
      appendMappings(of: Owner(vm: owner.vm, addressSpace: child), to: &kept)
    }
  }

  /// Maps what a process has mapped.
  private func appendMappings(of owner: Owner, to kept: inout RecordBlock) {
    let space = regions.checkpoint.spaces.first {
      $0.vm == owner.vm && $0.addressSpace == owner.addressSpace
    }
    guard let space else { return }
    if let start = space.breakStart { kept.append(.programBreak(start), by: owner) }
    if let end = space.breakEnd { kept.append(.programBreak(end), by: owner) }
    for region in space.regions {
      kept.append(.map(region.start, length: region.length, region.protection, region.kind), by: owner)
    }
  }

  private func isOfMachine(_ owner: Owner) -> Bool { vm == nil || owner.vm == vm }

  private func isOfProcess(_ owner: Owner) -> Bool {
    isOfMachine(owner) && (process == nil || owner.addressSpace == process)
  }

  /// Gaps are the trace's, guest events the machine's, all others a process's.
  private func keeps(_ event: Event, by owner: Owner) -> Bool {
    switch event {
    case .gap: true
    case .tableStore, .tableLinked, .tableUnlinked, .rootRetired, .controlRegister, .invalidatePage,
      .invalidateContext, .pageFault, .memorySlot, .shootdown, .translation:
      isOfMachine(owner)
    case .map, .unmap, .protect, .remap, .programBreak, .advise, .clone, .exit, .phase:
      isOfProcess(owner)
    }
  }

  private func keepsAccesses(by owner: Owner) -> Bool {
    guard isOfProcess(owner), thread == nil || owner.thread == thread else { return false }
    return phase == nil || phases[Process(vm: owner.vm, number: owner.addressSpace)] == phase
  }

  private func keeps(_ access: Access) -> Bool {
    guard let addresses else { return true }
    let first = access.address.rawValue
    guard first < addresses.lowerBound else { return first < addresses.upperBound }
    return addresses.lowerBound - first < access.size
  }
}

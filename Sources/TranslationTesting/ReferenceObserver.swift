public import Addressing
import Machines
public import Replaying
public import Strategies

/// Holds a lane against the reference translator while it replays: every run's physical page must be the one that
/// the guest's tables and the hypervisor's backing say at that moment, or with several virtual processors said since the one
/// that runs was last to forget it (semantics rule 32).
public struct ReferenceObserver: TranslationObserver, Sendable {
  /// What a lane answered wrongly.
  public struct Violation: Hashable, Sendable {
    public var vm: Int
    public var address: VirtualAddress
    public var isWrite: Bool
    /// The physical page answered.
    public var answer: PhysicalAddress
    /// The right one; nil where the guest's tables do not allow the access.
    public var expected: PhysicalAddress?
  }

  private var reference: ReferenceTranslator
  private let isNative: Bool
  /// The page runs checked.
  public private(set) var checked = 0
  public private(set) var events = 0
  public private(set) var violationCount = 0
  /// The first violations.
  public private(set) var violations: [Violation] = []

  /// - Parameters:
  ///   - levels: The levels of the guests' tables.
  ///   - isNative: Whether real memory is physical.
  public init(levels: Int, isNative: Bool) {
    reference = ReferenceTranslator(levels: levels)
    self.isNative = isNative
  }

  public mutating func apply(_ event: Event, on platform: borrowing Platform) {
    events += 1
    reference.apply(event, vm: platform.vm, vcpu: platform.vcpu)
  }

  public mutating func restart(vm: Int) { reference.restart(vm: vm) }

  public mutating func translated(
    _ run: PageRun, to physical: PhysicalAddress, on platform: borrowing Platform
  ) {
    checked += 1
    let address = VirtualAddress(run.page << 12)
    var expected: PhysicalAddress?
    for answer in reference.answers(for: address, vm: platform.vm, vcpu: platform.vcpu)
    where (!run.isWrite || answer.isWritable) && (!run.isFetch || answer.isExecutable) {
      let place =
        isNative
        ? platform.nativePhysical(answer.real)
        : platform.hypervisor.backing(of: answer.real, vm: platform.vm)?.physical(of: answer.real)
      if place == physical { return }
      expected = expected ?? place
    }
    violationCount += 1
    guard violations.count < 8 else { return }
    violations.append(
      Violation(
        vm: platform.vm, address: address, isWrite: run.isWrite, answer: physical, expected: expected))
  }
}

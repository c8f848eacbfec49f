import Addressing
import Machines
import TranslationCaches

extension RunStreams {
  /// The longest runs that are exact for a machine, as long as ``LookupFilter`` finds nothing.
  init(exactFor machine: Machine, _ merging: LookupMerging) {
    // Without tags an exit of one stream flushes the other in the midst of its run.
    guard merging > .adjacent, machine.firstLevelSharing == .split, machine.vpid else {
      self = .unified
      return
    }
    let isOfSets = merging == .ofSets && machine.guest.page == .only4K
    self = .split(sets: isOfSets ? min(machine.l1d.classes, machine.l1i.classes) : 1)
  }

  /// Runs that are exact where both are.
  func narrowed(to other: RunStreams) -> RunStreams {
    guard case .split(let sets) = self, case .split(let otherSets) = other else { return .unified }
    return .split(sets: min(sets, otherSets))
  }
}

extension Machine.FirstLevel {
  /// The most classes of pages, by the lowest bits of their numbers, of which none shares a set with another.
  fileprivate var classes: Int {
    guard index == .modulo, let geometry = page4K else { return 1 }
    return min(1 << geometry.sets.trailingZeroBitCount, RunStreams.mostSets)
  }
}

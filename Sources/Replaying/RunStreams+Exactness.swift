import Addressing
import Machines
import TranslationCaches

extension RunStreams {
  /// The longest runs that are exact for a machine.
  ///
  /// - Parameter filtersLookups: Whether those count that are exact as long as a first level holds pages of 4 KiB alone,
  ///   and nothing but what the trace says drops others than the page at hand from it: ``LookupFilter`` watches over it.
  init(exactFor machine: Machine, filtersLookups: Bool) {
    // Without tags an exit of one stream flushes the other in the midst of its run.
    guard machine.firstLevelSharing == .split, machine.vpid else {
      self = .unified
      return
    }
    let isFiltered = filtersLookups && machine.guest.page == .only4K
    self = .split(sets: isFiltered ? min(machine.l1d.classes, machine.l1i.classes) : 1)
  }

  /// Runs that are exact where both are.
  func narrowed(to other: RunStreams) -> RunStreams {
    guard case .split(let sets) = self, case .split(let otherSets) = other else { return .unified }
    return .split(sets: min(sets, otherSets))
  }

  /// Whether lookups are left out that change nothing.
  var isFiltered: Bool { if case .split(let sets) = self { sets > 1 } else { false } }
}

extension Machine.FirstLevel {
  /// The most classes of pages, by the lowest bits of their numbers, of which none shares a set with another.
  fileprivate var classes: Int {
    guard index == .modulo, let geometry = page4K else { return 1 }
    return min(1 << geometry.sets.trailingZeroBitCount, RunStreams.mostSets)
  }
}

import TranslationCaches

// A machine as far as it matters to a stage of a replay: what comes behind the stage is that of an empty machine. A part
// that is not named here counts as before every stage, which is safe.
extension Machine {
  /// The machine but for its name, its second-level TLBs and what walks consult: what matters to a strategy's tables.
  public var withoutCachesBehindFirstLevel: Machine {
    var machine = self
    machine.name = ""
    machine.l2 = SecondLevel()
    machine.guestWalkCaches = WalkCaches()
    machine.hostWalkCaches = WalkCaches()
    machine.nestedTLB = nil
    machine.nestedTLBPolicy = .lru
    return machine
  }

  /// The same without the hypervisor: what matters to lookups in the first level.
  public var withoutWhatFollowsFirstLevel: Machine {
    var machine = withoutCachesBehindFirstLevel
    machine.host = Host()
    return machine
  }
}

extension Machine.SecondLevel {
  /// The same with one way for pages of 4 KiB and 2 MiB. Those of which this is equal see the same, and one with more ways
  /// tells what those with fewer hold. Nil where that is not so, or its order takes more than a word to keep.
  public var stack: Machine.SecondLevel? {
    guard policy == .lru, sharing == .shared, let geometry = page4K2M, geometry.ways <= 16 else { return nil }
    var stack = self
    stack.page4K2M = try? Geometry(entries: geometry.sets, ways: 1)
    return stack
  }
}

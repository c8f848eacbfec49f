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

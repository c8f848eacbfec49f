import Addressing
import PageTables
import Results
import Strategies
import TranslationCaches

// What stands between runs.
extension Lane {
  /// Does what stands between runs; the contexts that run then.
  @inline(never)
  mutating func take(
    _ action: LaneStep.Action, _ observer: inout some TranslationObserver,
    _ invalidations: inout [Invalidation]
  ) throws(TranslationError) -> ContextTags {
    if effects.walkTallies.count > 1, !strategy.walksOutlastAdditions || !onlyAdds(action) {
      try strategy.finishWalks(on: &platform)
    }
    effects.tally.isFirstTouch = false
    switch action {
    case .guest(let event):
      observer.apply(event, on: platform)
      try apply(event)
      forget(at: event)
    case .run(let vm, let vcpu, let source):
      strategy.countFinishedWalks(&effects)
      try run(vm: vm, vcpu: vcpu, source: source)
    case .mark(let source):
      strategy.countFinishedWalks(&effects)
      let counts = source == self.source ? current : counts[source]
      let guestBytes = platform.guests.reduce(0) { $0 + $1.bytes }
      marks[source].append(Mark(counts: counts, guestTableBytes: guestBytes, tables: strategy.tableBytes))
    case .restart(let vm):
      observer.restart(vm: vm)
      try restart(vm: vm)
    }
    if !effects.invalidations.isEmpty { applyInvalidations(&invalidations) }
    let contexts = ContextTags(own: platform.context, global: platform.globalContext)
    secondLevels.first.keepGlobalEntries(under: contexts.global)
    for index in secondLevels.others.indices {
      secondLevels.others[index].keepGlobalEntries(under: contexts.global)
    }
    return contexts
  }

  /// Whether an action changes tables by additions at most, and invalidates no walk cache.
  private func onlyAdds(_ action: LaneStep.Action) -> Bool {
    switch action {
    case .guest(.tableStore(let address, _, _)): platform.guests[platform.vm].isFree(address)
    case .guest(.pageFault): true
    default: false
    }
  }

  /// What was counted of the running trace.
  private var current: Counts {
    Counts(tally: effects.tally, misses: secondLevels.map(\.misses), walks: effects.walkTallies)
  }

  /// Lets another virtual processor run, on the processor of its number. Where another machine ran there last, that is a
  /// switch, which is counted for the one that comes.
  private mutating func run(vm: Int, vcpu: Int, source: Int) throws(TranslationError) {
    counts[self.source] = current
    otherProcessors.run(vcpu, &secondLevels)
    strategy.run(processor: vcpu)
    self.source = source
    effects.tally = counts[source].tally
    effects.walkTallies = counts[source].walks
    secondLevels.first.misses = counts[source].misses[0]
    for index in secondLevels.others.indices {
      secondLevels.others[index].misses = counts[source].misses[index + 1]
    }
    effects.tally.isFirstTouch = false
    try platform.run(vm: vm, vcpu: vcpu)
    while memories.count <= vm { memories.append(ProcessorMemory()) }
    let isFirst = machinesOfProcessors.count <= vcpu
    while machinesOfProcessors.count <= vcpu { machinesOfProcessors.append(nil) }
    guard machinesOfProcessors[vcpu] != vm else { return }
    machinesOfProcessors[vcpu] = vm
    guard !isFirst else { return }
    effects.tally.current.vmSwitches &+= 1
    if flushesOnSwitch {
      strategy.invalidateWalkCaches()
      effects.invalidations.append(.all)
    }
  }

  /// Ends every address space of a virtual machine; its real memory stays backed.
  private mutating func restart(vm: Int) throws(TranslationError) {
    let (running, vcpu) = (platform.vm, platform.vcpu)
    try platform.run(vm: vm)
    for root in platform.knownRoots { retire(root) }
    for tag in platform.globalTags { effects.invalidations.append(.contexts([tag])) }
    for index in machinesOfProcessors.indices where machinesOfProcessors[index] == vm {
      machinesOfProcessors[index] = nil
    }
    platform.restartMachine()
    memories[vm] = ProcessorMemory()
    try platform.run(vm: running, vcpu: vcpu)
  }
}

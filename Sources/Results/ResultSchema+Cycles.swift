// Cycles, and what they say when rows are compared.
extension ResultSchema {
  /// The four components and their sum.
  static func cycles(_ cause: Cause) -> [ResultColumn] {
    CycleComponent.allCases.map { component($0, cause) } + [
      .number(
        cause.section(.cycles), cause.prefix + "translation_cycles", "cycles", .costed,
        cause.meaning("Cycles spent on translation: l2_hit, walk, exit and fault cycles together.")
      ) { [cycles = cause.cycles] in $0.cycles[$1][keyPath: cycles].translationCycles }
    ]
  }

  static let overhead: [ResultColumn] = [
    .number(
      .cycles, "runtime_overhead", "share", .costed,
      "translation_cycles as a share of the cycles without them; empty unless the cost table has a base."
    ) { $0.runtimeOverhead($1) }
  ]

  static let comparison: [ResultColumn] =
    [
      .number(
        .comparison, "translation_vs_native", "ratio", .costed,
        "translation_cycles as a multiple of the native row's; empty without one."
      ) { $0.versusNative($1, \.total) },
      .number(
        .comparison, "steady_translation_vs_native", "ratio", .costed,
        "steady_translation_cycles as a multiple of the native row's; empty without one."
      ) { $0.versusNative($1, \.steady) },
      .number(
        .comparison, "steady_rank", "", .costed,
        "The place by steady_translation_cycles among the rows of other strategies, from 1."
      ) { Double($0.steadyRank(of: $1)) },
    ]
    + BreakEven.exitCostsCompared.map { exitCycles in
      .number(
        .comparison, "steady_translation_cycles_at_exit_\(PlainNumber.text(exitCycles))", "cycles", .costed,
        "steady_translation_cycles if one exit cost \(PlainNumber.text(exitCycles)) cycles."
      ) { $0.steadyCycles(of: $1, exitCycles: exitCycles) }
    }

  /// The prefix of the break-even columns of a cost; the strategy's name follows.
  public static func breakEvenPrefix(_ key: CostKey) -> String { "break_even_\(key.rawValue)_cycles_vs_" }

  static func breakEven(with strategies: [String]) -> [ResultColumn] {
    BreakEven.keys.flatMap { key in
      strategies.map { strategy in
        .number(
          .comparison, breakEvenPrefix(key) + strategy, "cycles", .costed,
          "The price of \(key.rawValue) at which this row and \(strategy) change places; empty without one."
        ) { set, index in
          set.peer(of: index, strategy: strategy).flatMap { set.breakEven(key, between: index, and: $0) }
        }
      }
    }
  }

  private static func component(_ component: CycleComponent, _ cause: Cause) -> ResultColumn {
    .number(
      cause.section(.cycles), cause.prefix + component.rawValue, "cycles", .costed,
      cause.meaning(meaning(of: component))
    ) { [cycles = cause.cycles, counters = counters(of: component)] set, index in
      let spent = set.cycles[index][keyPath: cycles][component]
      let applies = spent > 0 || !set.rows[index].notApplicable.isSuperset(of: counters)
      return applies ? spent : nil
    }
  }

  private static func meaning(of component: CycleComponent) -> String {
    switch component {
    case .l2Hit: "Cycles of hits in the second-level TLB."
    case .walk: "Cycles of table entries read by walks of any kind, and of hits in walk caches."
    case .exit: "Cycles of VM exits, of the hypervisor's work in them and of VM switches."
    case .fault: "Cycles of the guest kernel's handling of true faults."
    }
  }

  /// The counters of which one must apply for the component to.
  private static func counters(of component: CycleComponent) -> CounterSet {
    switch component {
    case .l2Hit: [\.l2Lookups]
    case .walk: [\.walks]
    case .exit: Counters.sums.first { $0.name == "vm_exits" }?.parts ?? []
    case .fault: [\.faultsNotPresent, \.faultsProtection]
    }
  }
}

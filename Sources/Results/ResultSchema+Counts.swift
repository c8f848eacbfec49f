// Counters and their sums: altogether, by first touches and steady.
extension ResultSchema {
  /// Which of a row's counts a column shows (semantics rule 18).
  enum Cause: Sendable {
    case total
    case firstTouch
    case steady

    /// What its columns' names begin with.
    var prefix: String {
      switch self {
      case .total: ""
      case .firstTouch: "first_touch_"
      case .steady: "steady_"
      }
    }

    /// A counter, or a sum of counters, of a row.
    func count(_ field: KeyPath<Counters, UInt64>, in tally: Tally) -> UInt64 {
      switch self {
      case .total: tally.total(field)
      case .firstTouch: tally.firstTouch[keyPath: field]
      case .steady: tally.steady[keyPath: field]
      }
    }

    var cycles: any KeyPath<RowCycles, CycleBreakdown> & Sendable {
      switch self {
      case .total: \.total
      case .firstTouch: \.firstTouch
      case .steady: \.steady
      }
    }

    /// Where the columns stand that show `section` of the total.
    func section(_ section: ResultColumn.Section) -> ResultColumn.Section {
      switch self {
      case .total: section
      case .firstTouch: .firstTouch
      case .steady: .steady
      }
    }

    /// The definition of a column from that of the total's.
    func meaning(_ meaning: String) -> String {
      switch self {
      case .total: meaning
      case .firstTouch: meaning + " Of these, what first touches caused."
      case .steady: meaning + " Of these, what was not caused by first touches."
      }
    }
  }

  /// Every counter and sum, each sum before the first of its parts.
  static func counts(_ cause: Cause) -> [ResultColumn] {
    var sums = Counters.sums[...]
    return Counters.columns.flatMap { column -> [ResultColumn] in
      guard let sum = sums.first, sum.parts.contains(column.field) else { return [counter(column, cause)] }
      sums.removeFirst()
      return [self.sum(sum, cause), counter(column, cause)]
    }
  }

  static let rates: [ResultColumn] =
    missRates("l1d", "first-level data TLB", \.l1dMisses, \.l1dLookups)
    + missRates("l1i", "first-level instruction TLB", \.l1iMisses, \.l1iLookups)
    + missRates("l2", "second-level TLB", \.l2Misses, \.l2Lookups) + [
      .number(
        .rates, "walk_references_per_walk", "references", .computed,
        "walk_references for each walk; empty without walks."
      ) { $0.rows[$1].walkReferencesPerWalk }
    ]

  private static func missRates(
    _ prefix: String, _ structure: String, _ misses: any KeyPath<Counters, UInt64> & Sendable,
    _ lookups: any KeyPath<Counters, UInt64> & Sendable
  ) -> [ResultColumn] {
    [
      .number(
        .rates, "\(prefix)_miss_rate", "share", .computed,
        "Misses for each lookup in the \(structure); empty without lookups."
      ) { $0.rows[$1].missRate(misses, of: lookups) },
      .number(
        .rates, "\(prefix)_mpki", "misses", .computed,
        "Misses in the \(structure) for every thousand instructions; empty without instructions."
      ) { set, index in
        let row = set.rows[index]
        guard !row.notApplicable.contains(misses) else { return nil }
        return row.perThousandInstructions(row.tally.total(misses))
      },
    ]
  }

  private static func counter(_ column: CounterColumn, _ cause: Cause) -> ResultColumn {
    let field = column.field
    let own = CounterSet([field])
    return ResultColumn(
      name: cause.prefix + column.name, unit: column.unit, meaning: cause.meaning(column.meaning),
      section: cause.section(.counts), origin: .counted,
      value: { set, index in
        set.rows[index].notApplicable.isSuperset(of: own)
          ? .empty : .count(cause.count(field, in: set.rows[index].tally))
      },
      store: store(field, cause))
  }

  /// The two causes are read back, the total follows from them.
  private static func store(
    _ field: any WritableKeyPath<Counters, UInt64> & Sendable, _ cause: Cause
  ) -> (@Sendable (inout ResultRow, String) -> Bool)? {
    guard cause != .total else { return nil }
    let own = CounterSet([field])
    return { row, text in
      if text.isEmpty {
        row.notApplicable = row.notApplicable.union(own)
        return true
      }
      guard let count = ResultColumn.count(from: text) else { return false }
      if cause == .firstTouch {
        row.tally.firstTouch[keyPath: field] = count
      } else {
        row.tally.steady[keyPath: field] = count
      }
      return true
    }
  }

  private static func sum(_ sum: CounterSum, _ cause: Cause) -> ResultColumn {
    ResultColumn(
      name: cause.prefix + sum.name, unit: sum.unit, meaning: cause.meaning(sum.meaning),
      section: cause.section(.counts), origin: .computed,
      value: { set, index in
        set.rows[index].notApplicable.isSuperset(of: sum.parts)
          ? .empty : .count(cause.count(sum.value, in: set.rows[index].tally))
      }, store: nil)
  }
}

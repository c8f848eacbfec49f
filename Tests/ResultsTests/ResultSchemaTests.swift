import Results
import Testing

@Suite struct ResultSchemaTests {
  let schema = ResultSchema(
    strategies: ["native", "nested"],
    configuration: [
      ConfigurationAxis(key: "l2.policy", value: "lru"), ConfigurationAxis(key: "guest.page", value: "4K"),
    ])

  @Test(
    arguments: """
      trace trace_digest trace_scope machine machine_digest model_version seed strategy interval guest_page \
      host_page page_policy guest_2m_coverage instructions accesses warmup_accesses l1d_misses \
      l1i_misses l2_misses walks walk_references walk_references_guest walk_references_host vm_exits footprint_bytes \
      table_bytes translation_cycles exits_hidden_fault faults_not_present first_touch_walks steady_vm_exits \
      steady_translation_cycles first_touch_translation_cycles break_even_exit_cycles_vs_nested \
      break_even_walk_reference_cycles_vs_native translation_vs_native l2_policy runtime_overhead
      """.split(separator: " ").map(String.init))
  func holds(column: String) { #expect(schema.column(named: column) != nil) }

  @Test func everyColumnIsNamedOnceAndDefined() {
    #expect(Set(schema.columns.map(\.name)).count == schema.columns.count)
    for column in schema.columns {
      #expect(column.meaning.hasSuffix("."), "\(column.name)")
      #expect(!column.name.contains("."))
    }
  }

  @Test func everyCountIsThereAltogetherByFirstTouchAndSteady() {
    for name in Counters.columns.map(\.name) + Counters.sums.map(\.name) {
      for prefix in ["", "first_touch_", "steady_"] {
        #expect(schema.column(named: prefix + name) != nil, "\(prefix)\(name)")
      }
    }
  }

  @Test func whatDoesNotApplyIsEmptyAndNever0() {
    var native = row("native")
    native.notApplicable = CounterSet(Counters.columns.filter { $0.name.hasPrefix("exits_") }.map(\.field))
    let set = ResultSet(rows: [native, row("shadow")], costs: CostTable())
    for name in [
      "exits_hidden_fault", "vm_exits", "steady_vm_exits", "exit_cycles", "first_touch_exit_cycles",
    ] {
      #expect(schema.column(named: name)?.value(set, 0) == .empty, "\(name)")
      #expect(schema.column(named: name)?.value(set, 1) != .empty, "\(name)")
    }
    #expect(schema.column(named: "table_bytes")?.value(set, 0) == .empty)
    #expect(schema.column(named: "host_page")?.value(set, 0) == .empty)
    #expect(schema.column(named: "walks")?.value(set, 0) == .count(0))
  }

  @Test func aSumAppliesWhereOneOfItsPartsDoes() {
    var row = row("real-map")
    row.notApplicable = [\.walkReferencesShadow, \.exitsHiddenFault]
    row.tally.steady.walkReferencesHost = 3
    let set = ResultSet(rows: [row], costs: CostTable())
    #expect(schema.column(named: "walk_references")?.value(set, 0) == .count(3))
    #expect(schema.column(named: "walk_references_shadow")?.value(set, 0) == .empty)
  }

  @Test func columnsOfTheSameSectionStandTogetherWithinTheirCause() {
    let sections = schema.columns.map(\.section)
    let changes = zip(sections, sections.dropFirst()).count { $0 != $1 }
    #expect(changes == Set(sections).count - 1)
  }
}

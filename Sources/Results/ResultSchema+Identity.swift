// What a row is of, how much it covers and what it left standing.
extension ResultSchema {
  static let identity: [ResultColumn] = [
    schemaVersion,
    .text(.identity, "trace", \.identity.trace, "The trace's name."),
    .text(.identity, "trace_digest", \.identity.traceDigest, "The digest of the trace's contents."),
    traceScope,
    .text(.identity, "machine", \.identity.machine, "The machine's name: a preset or a file."),
    .text(.identity, "machine_digest", \.identity.machineDigest, "The digest of the effective machine."),
    .text(
      .identity, "model_version", \.identity.modelVersion,
      "The version of the model's rules; rows of different versions do not compare."),
    .count(
      .identity, "seed", "", \.identity.seed, "The seed of all random choices.", origin: .given, limit: .max),
    .text(.identity, "strategy", \.identity.strategy, "The strategy's name."),
    .text(
      .identity, "strategy_parameters", \.identity.strategyParameters,
      "The strategy's own parameters that are not the defaults."),
    .optionalCount(
      .identity, "interval", "", \.identity.interval,
      "The number of the interval from 0; empty for the whole replay.", origin: .given),
    .count(
      .identity, "first_access", "", \.identity.firstAccess,
      "The ordinal in the trace of the first access counted, from 0.", origin: .given),
    .count(
      .identity, "last_access", "", \.identity.lastAccess,
      "The ordinal in the trace of the last access counted.", origin: .given),
    .text(.identity, "guest_page", \.identity.guestPage, "The page size that the guest maps."),
    .optionalText(
      .identity, "host_page", \.identity.hostPage,
      "The page size that the hypervisor maps; empty without a second stage."),
    .text(
      .identity, "page_policy", \.identity.pagePolicy,
      "How the guest chooses pages: its policy and allocator."),
    .text(
      .identity, "backing", \.identity.backing, "How real memory is backed: prepopulated or on-demand."),
  ]

  static let extent: [ResultColumn] = [
    .count(
      .extent, "instructions", "instructions", \.instructions,
      "Fetch records counted; 0 in a trace that has none."),
    .count(.extent, "accesses", "accesses", \.accesses, "Records counted: fetches, loads, stores, modifies."),
    .count(
      .extent, "warmup_accesses", "accesses", \.warmupAccesses, "Records replayed before counting began."),
    .optionalCount(
      .extent, "gaps", "gaps", \.gaps,
      "Places where the trace lost records among those counted: 0 in a whole trace; empty where results do not tell.",
      origin: .given
    ).absentFromOldResults,
    .optionalCount(
      .extent, "lost_records", "accesses", \.lostRecords,
      "Records lost in the gaps, as far as the trace knows: at least so many.", origin: .given
    ).absentFromOldResults,
  ]

  static let memory: [ResultColumn] = [
    .optionalCount(
      .memory, "footprint_bytes", "bytes", \.gauges.footprintBytes,
      "Guest memory touched, in distinct 4 KiB pages, of each address space; those of several segments add up."
    ),
    coverage,
    .optionalCount(
      .memory, "guest_table_bytes", "bytes", \.gauges.guestTableBytes,
      "The guest tables (native: all tables) of every VM that is replayed together, when the trace ends."),
    .optionalCount(
      .memory, "real_map_table_bytes", "bytes", \.gauges.realMapTableBytes,
      "The real map tables of every VM that is replayed together, when the trace ends."),
    .optionalCount(
      .memory, "shadow_table_bytes", "bytes", \.gauges.shadowTableBytes,
      "The shadow tables of every VM that is replayed together, when the trace ends."),
    ResultColumn(
      name: "table_bytes", unit: "bytes", meaning: "All these tables together.",
      section: .memory, origin: .computed,
      value: { set, index in ResultValue(set.rows[index].gauges.tableBytes) }, store: nil),
  ]

  private static let schemaVersion = ResultColumn(
    name: "schema_version", unit: "", meaning: "The version of the columns' names and meanings.",
    section: .identity, origin: .given, value: { _, _ in .count(UInt64(version)) },
    store: { _, text in text == String(version) })

  private static let traceScope = ResultColumn(
    name: "trace_scope", unit: "",
    meaning: "What was traced: user, one program without its kernel; system, a whole guest; system-user and "
      + "system-kernel, one of which the accesses of its programs or of its kernel alone were kept.",
    section: .identity, origin: .given,
    value: { set, index in .text(set.rows[index].identity.traceScope.rawValue) },
    store: { row, text in
      guard let scope = TraceScope(rawValue: text) else { return false }
      row.identity.traceScope = scope
      return true
    })

  private static let coverage = ResultColumn(
    name: "guest_2m_coverage", unit: "share",
    meaning:
      "The share of touched bytes that the guest's tables map by pages of at least 2 MiB; where the host's are smaller, "
      + "translations are too.",
    section: .memory, origin: .computed,
    value: { set, index in ResultValue(set.rows[index].gauges.guest2MCoverage) },
    store: { row, text in
      row.gauges.guest2MCoverage = PlainNumber.parse(text)
      return text.isEmpty || row.gauges.guest2MCoverage != nil
    })
}

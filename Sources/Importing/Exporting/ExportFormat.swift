/// The foreign formats that can be exported; the raw value is the name on the command line.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Our own readable lines: everything the trace holds. See Importing.docc/TextFormat.md.
  case text
  /// Our own table of comma-separated values: everything the trace holds.
  case csv
  /// Dinero's traditional format: accesses only, without sizes and owners.
  case din
  /// ChampSim's `input_instr` records: addresses by instruction, without sizes and owners.
  case champsim
  /// A trace file of DynamoRIO's drmemtrace, not packed: accesses with sizes, threads, processes and processors.
  case drmemtrace

  public func makeExporter() -> any TraceExporter {
    switch self {
    case .text: TextExporter()
    case .csv: CSVExporter()
    case .din: DinExporter()
    case .champsim: ChampSimExporter()
    case .drmemtrace: DrmemtraceExporter()
    }
  }
}

import Experiments
import Reporting
import Results
import Store

/// The results of a store as a document for reports.
struct StoreReport {
  private let file: String
  private let contents: ResultStore.Contents

  init(_ file: String) throws(CommandFailure) {
    self.file = file
    contents = try ResultFile.store(file)
  }

  /// The rows under the costs asked for. Settings are columns of theirs, so the provenance has the traces only.
  func document(_ cost: CostOption) throws(CommandFailure) -> ReportDocument {
    var traces: [Provenance.TraceSource] = []
    for identity in contents.rows.map(\.identity) {
      let trace = Provenance.TraceSource(name: identity.trace, digest: identity.traceDigest)
      if !traces.contains(trace) { traces.append(trace) }
    }
    let provenance = Provenance(
      toolVersion: Pagewalk.version, commandLines: [Invocation.commandLine], traces: traces, machines: [])
    return ReportDocument(
      provenance: provenance, results: ResultSet(rows: contents.rows, costs: try costs(cost)), schema: .sweep)
  }

  /// A cost table of the plan by its name, a cost file, or the plan's first; without any the standard one.
  private func costs(_ cost: CostOption) throws(CommandFailure) -> CostTable {
    let named = cost.cost.map { name in contents.costs.first { $0.name == name } } ?? contents.costs.first
    guard let named else { return try cost.table() ?? CostTable() }
    do { return try CostTable(parsing: named.text) } catch {
      throw CommandFailure(.badData, file: file, error)
    }
  }
}

public import Results

/// Everything a report is made of.
public struct ReportDocument: Sendable {
  public var provenance: Provenance
  public var results: ResultSet
  public var schema: ResultSchema

  public init(provenance: Provenance, results: ResultSet, schema: ResultSchema) {
    self.provenance = provenance
    self.results = results
    self.schema = schema
  }

  /// The document of rows under a schema that has all their settings; `strategies` are those that break-even
  /// columns compare with.
  public init(provenance: Provenance, rows: [ResultRow], costs: CostTable, strategies: [String]) {
    self.init(
      provenance: provenance, results: ResultSet(rows: rows, costs: costs),
      schema: ResultSchema(strategies: strategies, rows: rows))
  }

  /// The same rows under other costs, with the command that asked for them.
  public func recosted(with costs: CostTable, by commandLine: String) -> ReportDocument {
    var document = self
    document.provenance.commandLines.append(commandLine)
    document.results = results.recosted(with: costs)
    return document
  }

  /// The rows for which `isIncluded` is true of their position, compared as before.
  public func filtered(_ isIncluded: (Int) -> Bool) -> ReportDocument {
    var document = self
    document.results = results.filtered(isIncluded)
    return document
  }
}

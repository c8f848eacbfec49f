import Results

/// What the `#` lines of a CSV say.
struct CSVHeader {
  private(set) var provenance = Provenance(toolVersion: "", commandLines: [], traces: [], machines: [])
  private(set) var costs = CostTable()
  /// The number of rows announced; nil where the line is gone.
  private(set) var rowCount: Int?
  private var costLines: [String] = []

  /// Reads the `#` lines at the start of `records`; lines of other keys are someone's comments.
  init(_ records: inout CSVRecords) throws(ReportError) {
    while true {
      let line = records.line
      guard let comment = try records.nextComment() else { break }
      guard let (key, value) = Self.parts(comment.dropFirst(2)) else { continue }
      try add(value, to: key, line: line)
    }
    do {
      costs = try CostTable(parsing: costLines.joined(separator: "\n"))
    } catch {
      throw .badCosts(error)
    }
  }

  private mutating func add(
    _ value: String, to key: CSVReport.HeaderKey, line: Int
  ) throws(ReportError) {
    switch key {
    case .tool: provenance.toolVersion = value
    case .schema:
      guard !value.hasPrefix("curve ") else { throw .curve }
      guard value == String(ResultSchema.version) else { throw .unknownSchema(version: value) }
    case .command: provenance.commandLines.append(value)
    case .trace:
      let (digest, name) = Self.digestAndName(value)
      provenance.traces.append(Provenance.TraceSource(name: name, digest: digest))
    case .machine:
      let (digest, name) = Self.digestAndName(value)
      provenance.machines.append(Provenance.EffectiveMachine(name: name, digest: digest, settings: []))
    case .setting:
      guard let last = provenance.machines.indices.last else {
        throw .badHeader(line: line, key: key.rawValue, value: value)
      }
      provenance.machines[last].settings.append(value)
    case .cost: costLines.append(value)
    case .costTable: break  // Follows from the costs.
    case .rows:
      guard let count = Int(value), count >= 0 else {
        throw .badHeader(line: line, key: key.rawValue, value: value)
      }
      rowCount = count
    }
  }

  /// Splits `key: value`; nil where the key is none of ours.
  private static func parts(_ text: Substring) -> (CSVReport.HeaderKey, String)? {
    guard let colon = text.firstIndex(of: ":"),
      let key = CSVReport.HeaderKey(rawValue: String(text[..<colon]))
    else { return nil }
    let value = text[text.index(after: colon)...]
    return (key, String(value.hasPrefix(" ") ? value.dropFirst() : value))
  }

  private static func digestAndName(_ value: String) -> (digest: String, name: String) {
    guard let space = value.firstIndex(of: " ") else { return (value, "") }
    return (String(value[..<space]), String(value[value.index(after: space)...]))
  }
}

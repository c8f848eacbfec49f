import Results

/// The settings in which machines of one name differ: what tells their rows apart.
struct MachineDifferences {
  /// By machine, the keys of settings that have several values.
  private var keys: [String: Set<String>] = [:]

  init(_ rows: [ResultRow]) {
    var values: [String: [String: String]] = [:]
    for row in rows {
      let machine = row.identity.machine
      for axis in row.configuration where !axis.isOfIdentity && !axis.value.isEmpty {
        let known = values[machine, default: [:]][axis.key]
        if known == nil { values[machine, default: [:]][axis.key] = axis.value }
        if known ?? axis.value != axis.value { keys[machine, default: []].insert(axis.key) }
      }
    }
  }

  /// The settings of a row's machine among them, as `key=value`.
  func settings(of row: ResultRow) -> [String] {
    guard let keys = keys[row.identity.machine] else { return [] }
    return row.configuration.filter { keys.contains($0.key) && !$0.value.isEmpty }
      .map { "\($0.key)=\($0.value)" }
  }
}

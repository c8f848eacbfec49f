import TranslationCaches

extension MachineDescription {
  /// The effective machine for people: every setting with its value, its shape where it is a geometry, and its
  /// source. `*` marks values that differ from the default.
  public func text() throws(MachineError) -> String {
    let machine = try machine()
    var rows: [[String]] = [["", "setting", "value", "entries", "ways", "sets", "source"]]
    for setting in Setting.all {
      let value = setting.read(machine)
      let geometry = setting.isGeometry ? try? Geometry(parsing: value) : nil
      let shape = geometry.map { [String($0.entries), String($0.ways), String($0.sets)] } ?? ["", "", ""]
      let mark = value == setting.defaultText || !setting.applies(machine) ? "" : "*"
      rows.append(
        [mark, setting.key, setting.applies(machine) ? value : "(\(value))"] + shape + [origin(of: setting)])
    }
    for (strategy, settings) in strategies.sorted(by: { $0.key < $1.key }) {
      for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
        rows.append(["*", "\(strategy).\(key)", value, "", "", "", "given"])
      }
    }
    return """
      machine \(name)
      base    \(preset.name): \(preset.summary)
      digest  \(machine.digest)

      \(Self.table(rows))
      * differs from the default; values in parentheses mean nothing on this machine.
      Marks: [V] source read, [V2] second hand, [M] recalled, [D] derived, [E] estimate.

      """
  }

  /// Columns padded to their widest cell, the numbers to the right.
  private static func table(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return (3...5).contains(column) ? padding + cell : cell + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}

/// The columns of the results in order: the one definition from which CSV headers, JSON keys, Markdown and
/// `pagewalk metrics` derive.
public struct ResultSchema: Sendable {
  /// The version of the columns' names and meanings; it grows when one changes or goes.
  public static let version = 1

  public let columns: [ResultColumn]
  /// The strategies that break-even columns compare with, in order.
  public let strategies: [String]

  /// The schema for break-even against `strategies`, with the settings named by `configuration` as columns
  /// after all others. A setting spelled like another column is that column, and not repeated.
  public init(strategies: [String], configuration: [ConfigurationAxis] = []) {
    let fixed = Self.fixed + Self.breakEven(with: strategies)
    var names = Set(fixed.map(\.name))
    let axes = configuration.enumerated().filter { names.insert($1.column).inserted }
    self.strategies = strategies
    columns = fixed + axes.map { Self.axis($1, at: $0) }
  }

  /// The schema of a set of rows: every setting that any of them has, in order of appearance.
  public init(strategies: [String], rows: [ResultRow]) {
    var seen: Set<String> = []
    let axes = rows.flatMap(\.configuration).filter { seen.insert($0.column).inserted }
    self.init(strategies: strategies, configuration: axes)
  }

  /// The column with this name.
  public func column(named name: String) -> ResultColumn? { columns.first { $0.name == name } }

  /// The columns that every result has.
  private static let fixed: [ResultColumn] =
    identity + extent + memory + counts(.total) + rates + cycles(.total) + overhead
    + counts(.firstTouch) + cycles(.firstTouch) + counts(.steady) + cycles(.steady) + comparison

  /// - Parameter place: Where rows have the setting that have all of the schema's.
  private static func axis(_ axis: ConfigurationAxis, at place: Int) -> ResultColumn {
    let column = axis.column
    return ResultColumn(
      name: column, unit: "", meaning: "The setting \(axis.key).", section: .configuration, origin: .given,
      value: { set, index in
        let axes = set.rows[index].configuration
        if place < axes.count, axes[place].column == column { return .text(axes[place].value) }
        return ResultValue(axes.first { $0.column == column }?.value)
      },
      store: { row, text in
        if !text.isEmpty { row.configuration.append(axis.with(text)) }
        return true
      })
  }
}

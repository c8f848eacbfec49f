/// The value of one column in one row.
public enum ResultValue: Hashable, Sendable {
  /// Not applicable, or unknown: never 0 (semantics rule 21).
  case empty
  case text(String)
  case count(UInt64)
  /// Finite and not negative.
  case number(Double)

  init(_ count: UInt64?) { self = count.map(Self.count) ?? .empty }
  init(_ number: Double?) { self = number.map(Self.number) ?? .empty }
  init(_ text: String?) { self = text.map(Self.text) ?? .empty }

  /// The value as CSV carries it, before quoting: numbers plain, nothing for ``empty``.
  public var text: String {
    switch self {
    case .empty: ""
    case .text(let text): text
    case .count(let count): String(count)
    case .number(let number): PlainNumber.text(number)
    }
  }
}

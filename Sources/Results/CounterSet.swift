/// A set of counters, named by their fields: those that do not apply to a strategy, and so print empty
/// instead of 0 (semantics rule 21).
///
///     let notApplicable: CounterSet = [\.exitsHiddenFault, \.shadowEntriesComposed]
public struct CounterSet: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// Bit n stands for column n of ``Counters/columns``.
  private var bits: UInt64 = 0

  public init() {}

  /// The fields must be stored counters, not sums.
  public init(_ fields: [KeyPath<Counters, UInt64>]) {
    for field in fields { insert(field) }
  }

  public init(arrayLiteral fields: KeyPath<Counters, UInt64>...) { self.init(fields) }

  public mutating func insert(_ field: KeyPath<Counters, UInt64>) { bits |= Self.bit(of: field) }

  public func contains(_ field: KeyPath<Counters, UInt64>) -> Bool { bits & Self.bit(of: field) != 0 }

  public func isSuperset(of other: CounterSet) -> Bool { bits & other.bits == other.bits }

  public func union(_ other: CounterSet) -> CounterSet {
    var union = self
    union.bits |= other.bits
    return union
  }

  private static func bit(of field: KeyPath<Counters, UInt64>) -> UInt64 {
    guard let index = Counters.columns.firstIndex(where: { $0.field == field }) else {
      preconditionFailure("\(field) is not a stored counter")
    }
    return 1 << UInt64(index)
  }
}

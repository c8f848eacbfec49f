import GRDB

/// Values for the places of a statement, in order. Handed over as an array they take 1,560 instructions each, as GRDB's
/// generic code then asks the array's iterator by way of witness tables; in this way, 670.
struct StatementValues: Sequence, IteratorProtocol {
  private var rest: IndexingIterator<[DatabaseValue]>

  init(_ values: [DatabaseValue]) { rest = values.makeIterator() }

  mutating func next() -> (any DatabaseValueConvertible)?? {
    guard let value = rest.next() else { return nil }
    return .some(value)
  }
}

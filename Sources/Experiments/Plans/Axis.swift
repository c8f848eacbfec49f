/// A key with the values that it takes in turn.
struct Axis: Hashable, Sendable {
  var key: String
  var values: [String]

  /// - Parameter texts: Values and ranges, as written.
  init(_ key: String, _ texts: [String], _ vocabulary: PlanVocabulary) throws(PlanError) {
    try vocabulary.check(key)
    self.key = key
    values = []
    for text in texts {
      values += try ValueRange.values(of: text, key: key, areAccesses: vocabulary.countsAccesses(key))
        .map { vocabulary.canonical($0, of: key) }
    }
    guard !values.isEmpty else { throw .emptyAxis(key) }
    var seen: Set<String> = []
    for value in values where !seen.insert(value).inserted { throw .givenTwice("\(key)=\(value)") }
  }
}

/// Axes that advance together; one alone is crossed with everything else.
struct AxisGroup: Hashable, Sendable {
  let axes: [Axis]

  init(crossed axis: Axis) { axes = [axis] }

  init(zipped axes: [Axis]) throws(PlanError) {
    guard Set(axes.map(\.values.count)).count <= 1 else {
      throw .unequalLengths(axes.map { "\($0.key) has \($0.values.count)" })
    }
    self.axes = axes
  }

  var count: Int { axes.first?.values.count ?? 1 }

  /// The values at one position.
  func assignments(at position: Int) -> [Assignment] {
    axes.map { Assignment(key: $0.key, value: $0.values[position]) }
  }
}

/// A value given to a key.
struct Assignment: Hashable, Sendable {
  var key: String
  var value: String
}

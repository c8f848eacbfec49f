import Results

/// Reads a constraint. `not` binds closer than `and`, `and` closer than `or`.
struct ConstraintParser {
  private let text: String
  private let vocabulary: PlanVocabulary
  private var tokens: ArraySlice<String>

  init(_ text: String, _ vocabulary: PlanVocabulary) {
    self.text = text
    self.vocabulary = vocabulary
    tokens = text.matches(of: /[<>!]=|[<>=()*%]|[^\s<>=!()*%]+|!/).map { String($0.output) }[...]
  }

  /// The whole condition.
  mutating func parse() throws(PlanError) -> Constraint.Condition {
    let condition = try alternatives()
    guard let rest = tokens.first else { return condition }
    throw error("'\(rest)' is one word too many")
  }

  private mutating func alternatives() throws(PlanError) -> Constraint.Condition {
    var condition = try requirements()
    while take("or") { condition = .or(condition, try requirements()) }
    return condition
  }

  private mutating func requirements() throws(PlanError) -> Constraint.Condition {
    var condition = try term()
    while take("and") { condition = .and(condition, try term()) }
    return condition
  }

  private mutating func term() throws(PlanError) -> Constraint.Condition {
    if take("not") { return .not(try term()) }
    if take("(") {
      let condition = try alternatives()
      guard take(")") else { throw error("a parenthesis is not closed") }
      return condition
    }
    let left = try operand(isFirst: true)
    guard let relation = tokens.first.flatMap(Constraint.Relation.init(rawValue:)) else {
      throw error("a comparison needs one of = != < <= > >=")
    }
    tokens.removeFirst()
    return .comparison(left, relation, try operand(isFirst: false))
  }

  private mutating func operand(isFirst: Bool) throws(PlanError) -> Constraint.Operand {
    var operand = try word(isFirst: isFirst)
    while let sign = tokens.first, sign == "*" || sign == "%" {
      tokens.removeFirst()
      let next = try word(isFirst: isFirst)
      operand = sign == "*" ? .product(operand, next) : .remainder(operand, next)
    }
    return operand
  }

  /// A key or a value. What a comparison starts with is a key or a number.
  private mutating func word(isFirst: Bool) throws(PlanError) -> Constraint.Operand {
    guard let word = tokens.popFirst(), word.allSatisfy({ !"<>=!()*%".contains($0) }) else {
      throw error("a key or a value is missing")
    }
    if vocabulary.contains(word) { return .key(word) }
    if isFirst, Quantity.number(word) == nil { try vocabulary.check(word) }
    return .literal(word)
  }

  private mutating func take(_ word: String) -> Bool {
    guard tokens.first == word else { return false }
    tokens.removeFirst()
    return true
  }

  private func error(_ reason: String) -> PlanError { .badConstraint(text, reason: reason) }
}

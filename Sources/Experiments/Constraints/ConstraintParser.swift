import Addressing
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
    let right = try operand(isFirst: false)
    // What is compared with numbers of accesses is one.
    guard let key = left.key(where: vocabulary.countsAccesses) ?? right.key(where: vocabulary.countsAccesses)
    else { return .comparison(left, relation, right) }
    let sides = [left, right].map { side in side.mappingLiterals { vocabulary.canonical($0, of: key) } }
    return .comparison(sides[0], relation, sides[1])
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
    if isFirst, Quantity.number(word) == nil, AccessCount.number(word) == nil { try vocabulary.check(word) }
    return .literal(word)
  }

  private mutating func take(_ word: String) -> Bool {
    guard tokens.first == word else { return false }
    tokens.removeFirst()
    return true
  }

  private func error(_ reason: String) -> PlanError { .badConstraint(text, reason: reason) }
}

extension Constraint.Operand {
  /// The first key in it that a condition holds for.
  fileprivate func key(where isMet: (String) -> Bool) -> String? {
    switch self {
    case .key(let key): isMet(key) ? key : nil
    case .literal: nil
    case .product(let a, let b), .remainder(let a, let b): a.key(where: isMet) ?? b.key(where: isMet)
    }
  }

  /// The same with other literals.
  fileprivate func mappingLiterals(_ change: (String) -> String) -> Constraint.Operand {
    switch self {
    case .key: self
    case .literal(let literal): .literal(change(literal))
    case .product(let a, let b): .product(a.mappingLiterals(change), b.mappingLiterals(change))
    case .remainder(let a, let b): .remainder(a.mappingLiterals(change), b.mappingLiterals(change))
    }
  }
}

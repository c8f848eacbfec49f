/// A condition that the points of a plan meet: comparisons of keys and values, joined by `and`, `or` and `not`.
///
///     l2.entries >= 8 * l1d.4K.entries and not (strategy = shadow and host.page = 2M)
///
/// Numbers compare as numbers, with binary suffixes, or decimal ones where a key counts accesses; anything else compares
/// as text, and only for equality.
struct Constraint: Sendable {
  let text: String
  let condition: Condition

  indirect enum Condition: Sendable {
    case comparison(Operand, Relation, Operand)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
  }

  indirect enum Operand: Sendable {
    case key(String)
    case literal(String)
    case product(Operand, Operand)
    case remainder(Operand, Operand)
  }

  enum Relation: String, CaseIterable, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  init(parsing text: String, _ vocabulary: PlanVocabulary) throws(PlanError) {
    self.text = text
    var parser = ConstraintParser(text, vocabulary)
    condition = try parser.parse()
  }

  /// Whether a combination meets the condition.
  func isMet(by combination: Combination) throws(PlanError) -> Bool { try isMet(condition, combination) }

  private func isMet(_ condition: Condition, _ combination: Combination) throws(PlanError) -> Bool {
    switch condition {
    case .not(let inner): return try !isMet(inner, combination)
    case .and(let a, let b):
      guard try isMet(a, combination) else { return false }
      return try isMet(b, combination)
    case .or(let a, let b):
      if try isMet(a, combination) { return true }
      return try isMet(b, combination)
    case .comparison(let a, let relation, let b):
      return try compare(try text(of: a, combination), relation, try text(of: b, combination))
    }
  }

  private func text(of operand: Operand, _ combination: Combination) throws(PlanError) -> String {
    switch operand {
    case .key(let key): return combination.value(of: key)
    case .literal(let literal): return literal
    case .product(let a, let b): return Quantity.text(try number(a, combination) * number(b, combination))
    case .remainder(let a, let b):
      let divisor = try number(b, combination)
      guard divisor > 0 else { throw .badConstraint(text, reason: "remainder of a division by 0") }
      return Quantity.text(try number(a, combination).truncatingRemainder(dividingBy: divisor))
    }
  }

  private func number(_ operand: Operand, _ combination: Combination) throws(PlanError) -> Double {
    let value = try text(of: operand, combination)
    guard let number = Quantity.number(value) else {
      throw .badConstraint(text, reason: "'\(value)' is no number (\(combination.label))")
    }
    return number
  }

  private func compare(_ a: String, _ relation: Relation, _ b: String) throws(PlanError) -> Bool {
    guard let x = Quantity.number(a), let y = Quantity.number(b) else {
      switch relation {
      case .equal: return a == b
      case .unequal: return a != b
      default:
        throw .badConstraint(
          text, reason: "'\(a)' and '\(b)' have no order: numbers have, other words are equal or not")
      }
    }
    switch relation {
    case .equal: return x == y
    case .unequal: return x != y
    case .less: return x < y
    case .atMost: return x <= y
    case .greater: return x > y
    case .atLeast: return x >= y
    }
  }
}

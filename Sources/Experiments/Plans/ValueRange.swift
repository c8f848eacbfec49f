import Addressing
import Machines

/// The values of `64..4096*2` or `0..1+0.25`: from the first, by a factor or a step, up to the last. Numbers may have
/// three decimals or a suffix: a binary one of bytes (`1G..16G*2`), a decimal one of accesses (`1M..4M*2`).
enum ValueRange {
  /// More values than anyone means.
  private static let limit = 10_000

  /// The values that `text` stands for: those of a range, or itself.
  ///
  /// - Parameter areAccesses: Whether the key's values are numbers of accesses.
  static func values(of text: String, key: String, areAccesses: Bool) throws(PlanError) -> [String] {
    let form =
      /(?<first>[0-9.]+?[kKMGT]?)\.\.(?<last>[0-9.]+[kKMGT]?)(?:(?<operation>[*+])(?<step>[0-9.]+[kKMGT]?))?/
    guard let match = text.wholeMatch(of: form) else { return [text] }
    func number(_ part: Substring) throws(PlanError) -> UInt64 {
      guard let number = thousandths(part, suffixes: areAccesses ? decimalSuffixes : binarySuffixes) else {
        throw .badValue(key: key, value: text, reason: "'\(part)' is no number for a range")
      }
      return number
    }
    let (first, last) = (try number(match.first), try number(match.last))
    let step = try number(match.step ?? "1")
    let isFactor = match.operation == "*"
    guard step > 0, !isFactor || (step > 1000 && first > 0 && step.isMultiple(of: 1000)) else {
      throw .badValue(
        key: key, value: text,
        reason: "a range goes up: a step above 0, or a factor that is a whole number above 1")
    }
    guard first <= last else {
      throw .badValue(
        key: key, value: text, reason: "a range goes up, and \(match.first) is above \(match.last)")
    }
    let isInBytes =
      !areAccesses && [match.first, match.last].contains { $0.last.map("KMGT".contains) ?? false }
    var values: [String] = []
    var (value, isBeyond) = (first, false)
    while !isBeyond, value <= last {
      guard values.count < limit else {
        throw .badValue(key: key, value: text, reason: "it has more than \(limit) values")
      }
      values.append(isInBytes ? ByteCount(bytes: value / 1000).description : decimal(value))
      (value, isBeyond) =
        isFactor
        ? value.multipliedReportingOverflow(by: step / 1000) : value.addingReportingOverflow(step)
    }
    return values
  }

  private static let binarySuffixes: [Character: UInt64] = [
    "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
  ]
  private static let decimalSuffixes = AccessCount.exponents.mapValues { exponent in
    (0..<exponent).reduce(UInt64(1)) { power, _ in power * 10 }
  }

  private static func thousandths(_ text: Substring, suffixes: [Character: UInt64]) -> UInt64? {
    let factor = text.last.flatMap { suffixes[$0] }
    let parts = (factor == nil ? text : text.dropLast()).split(
      separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : ""
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), decimals.count <= 3,
      let whole = UInt64(parts[0]), whole < 1 << 44,
      let part = UInt64("0" + decimals + String(repeating: "0", count: 3 - decimals.count))
    else { return nil }
    let (scaled, isTooLarge) = (whole * 1000 + part).multipliedReportingOverflow(by: factor ?? 1)
    return isTooLarge ? nil : scaled
  }

  private static func decimal(_ thousandths: UInt64) -> String {
    guard thousandths % 1000 != 0 else { return String(thousandths / 1000) }
    var digits = String(1000 + thousandths % 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }
}

import Replaying

extension ReplayOptions {
  /// The options that a combination names.
  init(_ combination: Combination) throws(PlanError) {
    self.init()
    skip = try Self.number(combination, .skip) ?? 0
    limit = try Self.number(combination, .limit, least: 1)
    interval = try Self.number(combination, .interval, least: 1)
    if let text = combination[.warmup] {
      guard let warmup = Warmup(parsing: text) else {
        throw .badValue(
          key: "warmup", value: text,
          reason: "write a number of accesses, as 10000 or 2.5M, or a percentage as 30%")
      }
      self.warmup = warmup
    }
    switch combination[.ignoreEvents] {
    case nil, "off"?: ignoresEvents = false
    case "on"?: ignoresEvents = true
    case let text?: throw .badValue(key: "ignore-events", value: text, reason: "it is not one of on|off")
    }
  }

  private static func number(
    _ combination: Combination, _ key: PlanVocabulary.Special, least: UInt64 = 0
  ) throws(PlanError) -> UInt64? {
    guard let text = combination[key], text != "off" else { return nil }
    guard let number = UInt64(text), number >= least else {
      throw .badValue(
        key: key.rawValue, value: text,
        reason: "write a number of accesses, \(least) or more, as 10000 or 2.5M, or off")
    }
    return number
  }
}

/// At which cost two strategies change places (semantics rule 20).
public enum BreakEven {
  /// The price of `key` at which `a` and `b` cost the same under the other prices of `costs`; nil where no
  /// positive price makes them equal. In cycles an event.
  ///
  /// Cycles are linear in every price, so that there is one crossing or none, and the ranking flips at it.
  public static func price(
    of key: CostKey, between a: Counters, and b: Counters, costs: CostTable
  ) -> Double? {
    let slope = key.quantity(in: a) - key.quantity(in: b)
    guard slope != 0 else { return nil }
    let others = costs.replacing(key, with: 0)
    let price = (others.costs(b).translationCycles - others.costs(a).translationCycles) / slope
    return price > 0 && price.isFinite ? price : nil
  }

  /// The costs that break-even is reported for.
  public static let keys: [CostKey] = [.exit, .walkReference]

  /// The exit costs at which reports show what would change, in cycles. Source: the range from Westmere's
  /// hardware (761 [M]) to processors with mitigations through KVM (2500 [M]) and beyond.
  public static let exitCostsCompared: [Double] = [700, 1300, 2500, 4000]
}

/// The price of one event, and where it comes from.
public struct Cost: Hashable, Sendable {
  /// In cycles an event.
  public let cycles: Double
  public let mark: EvidenceMark
  /// Where the number comes from; empty where a cost file does not say.
  public let source: String

  public init(cycles: Double, mark: EvidenceMark, source: String) {
    self.cycles = cycles
    self.mark = mark
    self.source = source
  }

  /// The default price. Composites that others quote come out whole where one entry is touched: a hidden
  /// fault 1300 + 2600 + 100 = 4000, a resident second-stage fault 1300 + 2400 + 100 = 3800, one with
  /// allocation 3800 + 11200 = 15000, a trapped table store 1300 + 2200 = 3500 and the entry.
  public static func standard(_ key: CostKey) -> Cost {
    switch key {
    case .l2Hit:
      Cost(cycles: 7, mark: .verified, source: "Chips and Cheese on Neoverse N1: Zen 2; Skylake's 7 recalled")
    case .walkReference:
      Cost(
        cycles: 54, mark: .estimate,
        source:
          "last-level cache latency of Formula.cs in github.com/xlab-uiuc/dmt; that all hit there is ours")
    case .walkCacheHit:
      Cost(
        cycles: 1, mark: .verified,
        source: "page-walk cache latency of Formula.cs in github.com/xlab-uiuc/dmt")
    case .exit: Cost(cycles: 1300, mark: .estimate, source: "within the 600 to 2500 of cores since Haswell")
    case .tableStore: Cost(cycles: 2200, mark: .estimate, source: "3500 in all with the exit")
    case .hiddenFault: Cost(cycles: 2600, mark: .estimate, source: "4000 in all with the exit and one entry")
    case .dirtyFault: Cost(cycles: 2600, mark: .estimate, source: "as a hidden fault")
    case .trueFault: Cost(cycles: 2200, mark: .estimate, source: "guest walk in software and injection")
    case .invalidatePage: Cost(cycles: 500, mark: .estimate, source: "1800 in all with the exit")
    case .addressSpaceSwitch: Cost(cycles: 700, mark: .estimate, source: "2000 in all with the exit")
    case .secondStageFault:
      Cost(cycles: 2400, mark: .estimate, source: "3800 in all with the exit and one entry")
    case .shadowEntryComposed: Cost(cycles: 100, mark: .estimate, source: "as one entry of a Xen hypercall")
    case .shadowEntryZapped: Cost(cycles: 100, mark: .estimate, source: "as one entry of a Xen hypercall")
    case .realMapEntryEstablished:
      Cost(cycles: 100, mark: .estimate, source: "as one entry of a Xen hypercall")
    case .pageBacked:
      Cost(
        cycles: 11200, mark: .derived,
        source: "15000 for a second-stage fault with allocation (5.1 us at 3 GHz, a Kata note), less 3800")
    case .vmSwitch:
      Cost(cycles: 2000, mark: .estimate, source: "state of one virtual processor saved and loaded")
    case .nativeFault:
      Cost(cycles: 1100, mark: .memory, source: "Adams and Agesen, ASPLOS 2006: native page fault 1093")
    }
  }
}

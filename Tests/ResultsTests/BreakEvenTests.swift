import Addressing
import Results
import Testing

@Suite struct BreakEvenTests {
  @Test func shadowAndNestedByHand() {
    // Shadow: 100 references, 10 exits of 2200 more; nested: 1000 references, no exits.
    let shadow = counters {
      $0.walkReferencesShadow = 100
      $0.exitsTableStoreLeaf = 10
    }
    let nested = counters { $0.walkReferencesHost = 1000 }
    let costs = CostTable()
    // 5400 + 22000 + 10x = 54000
    #expect(BreakEven.price(of: .exit, between: shadow, and: nested, costs: costs) == 2660)
    // 35000 + 100y = 1000y
    let reference = BreakEven.price(of: .walkReference, between: shadow, and: nested, costs: costs)
    #expect(reference == 35_000 / 900.0)
  }

  @Test func thereIsNoneWithoutACrossingAtAPositivePrice() {
    let a = counters { $0.exitsHiddenFault = 5 }
    let b = counters { $0.exitsHiddenFault = 5 }
    #expect(BreakEven.price(of: .exit, between: a, and: b, costs: CostTable()) == nil)
    let dearer = counters {
      $0.exitsHiddenFault = 6
      $0.walkReferencesGuest = 100
    }
    #expect(BreakEven.price(of: .exit, between: a, and: dearer, costs: CostTable()) == nil)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func atThatPriceTheTotalsAreEqualAndTheRankingFlips(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let a = randomCounters(&generator)
    let b = randomCounters(&generator)
    let costs = CostTable()
    for key in BreakEven.keys {
      let slopeOfDifference = key.quantity(in: a) - key.quantity(in: b)
      func difference(_ price: Double) -> Double {
        let table = costs.replacing(key, with: price)
        return table.costs(a).translationCycles - table.costs(b).translationCycles
      }
      guard let price = BreakEven.price(of: key, between: a, and: b, costs: costs) else {
        // No crossing at a positive price: the sign is the same at nothing and far out.
        #expect(slopeOfDifference == 0 || difference(0) * difference(1e12) >= 0)
        continue
      }
      let total = costs.replacing(key, with: price).costs(a).translationCycles
      #expect(abs(difference(price)) <= 1e-9 * total)
      #expect(difference(price * 0.99) * difference(price * 1.01) < 0)
      #expect(BreakEven.price(of: key, between: b, and: a, costs: costs) == price)
    }
  }
}

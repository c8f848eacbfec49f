import Addressing
import Results
import Testing

@Suite struct CostTests {
  @Test func everyEventHasItsPriceInItsComponent() {
    let nested = counters {
      $0.l2Lookups = 100
      $0.l2Misses = 40
      $0.walks = 40
      $0.walkReferencesGuest = 160
      $0.walkReferencesHost = 800
      $0.walkReferencesFaulting = 24
      $0.dirtyWalks = 2
      $0.dirtyWalkReferences = 16
      $0.hostWalkCacheHits = 30
      $0.nestedTLBHits = 10
      $0.exitsSecondStageFault = 3
      $0.realMapEntriesEstablished = 3
      $0.pagesBacked = 2
      $0.faultsNotPresent = 5
    }
    let spent = CostTable().costs(nested)
    #expect(spent.l2HitCycles == 60 * 7)
    #expect(spent.walkCycles == (160 + 800 + 24 + 16) * 54 + 40)
    #expect(spent.exitCycles == 2 * 15_000 + 3_800)
    #expect(spent.faultCycles == 5 * 1_100)
    #expect(spent.translationCycles == 420 + 54_040 + 33_800 + 5_500)
  }

  @Test func compositesComeOutAsQuoted() {
    let table = CostTable()
    func cycles(_ change: (inout Counters) -> Void) -> Double { table.costs(counters(change)).exitCycles }
    let hidden = cycles {
      $0.exitsHiddenFault = 1
      $0.shadowEntriesComposed = 1
    }
    #expect(hidden == 4000)
    #expect(cycles { $0.exitsTableStoreLeaf = 1 } == 3500)
    #expect(cycles { $0.exitsTableStoreNonleaf = 1 } == 3500)
    #expect(cycles { $0.exitsAddressSpaceSwitch = 1 } == 2000)
    #expect(cycles { $0.exitsInvalidatePage = 1 } == 1800)
    #expect(cycles { $0.exitsTrueFault = 1 } == 3500)
    #expect(cycles { $0.vmSwitches = 1 } == 2000)
  }

  @Test func firstTouchAndSteadyAddUp() {
    var generator = SplitMix64(seed: 2)
    let table = CostTable()
    for _ in 0..<20 {
      let cycles = table.costs(
        row("shadow", steady: randomCounters(&generator), firstTouch: randomCounters(&generator)))
      #expect(
        cycles.total.translationCycles
          == cycles.firstTouch.translationCycles + cycles.steady.translationCycles)
    }
  }

  @Test func aCostFileChangesWhatItNames() throws {
    let text = """
      # measured on our own machine
      exit: 900 [V] our measurement

      walk_reference:  31.5   # average
      base_cycles_per_instruction: 0.8
      """
    let table = try CostTable(parsing: text)
    #expect(table[.exit] == Cost(cycles: 900, mark: .verified, source: "our measurement"))
    #expect(table[.walkReference] == Cost(cycles: 31.5, mark: .given, source: ""))
    #expect(table[.l2Hit] == Cost.standard(.l2Hit))
    #expect(table.baseCyclesPerInstruction == 0.8)
    #expect(try CostTable(overriding: ["exit": "900 [V] our measurement"])[.exit] == table[.exit])
  }

  @Test func aTablesLinesReadBackToIt() throws {
    let table = try CostTable(
      parsing: "exit: 0.1\nvm_switch: 12345.678901\nbase_cycles_per_instruction: 1.25")
    #expect(try CostTable(parsing: table.lines.joined(separator: "\n")) == table)
    #expect(table.digest.count == 16)
    #expect(table.digest != CostTable().digest)
    #expect(CostTable().replacing(.exit, with: 1300).digest == CostTable().digest)
  }

  @Test(arguments: [
    ("exits: 3", "unknown cost (exits): did you mean exit?"),
    ("zzzzz: 3", "unknown cost (zzzzz): pagewalk metrics lists the costs"),
    ("a\nexit: 1", "not a cost (line 1: \"a\"): write key: cycles [MARK] source"),
    ("exit: 1\nexit: 2", "cost given twice (exit, lines 1 and 2): remove one"),
    ("exit: -1", "not a number of cycles (exit: \"-1\"): give a decimal number from 0 to 1000000000"),
    ("exit: nan", "not a number of cycles (exit: \"nan\"): give a decimal number from 0 to 1000000000"),
    ("exit: 1e300", "not a number of cycles (exit: \"1e300\"): give a decimal number from 0 to 1000000000"),
    ("exit:", "not a number of cycles (exit: \"\"): give a decimal number from 0 to 1000000000"),
    ("exit: 5 [Q]", "unknown evidence mark (exit: [Q]): use one of V, V2, M, D, E, G"),
  ])
  func aBadCostFileIsNamed(text: String, message: String) {
    #expect {
      _ = try CostTable(parsing: text)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test func onlyCostsWithAPartAreUsed() {
    let walked = row("native", steady: counters { $0.walkReferencesGuest = 4 })
    let faulted = row("native", firstTouch: counters { $0.faultsNotPresent = 1 })
    #expect(CostTable().used(by: [walked, faulted]) == [.walkReference, .nativeFault])
  }
}

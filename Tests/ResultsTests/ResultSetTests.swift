import Results
import Testing

@Suite struct ResultSetTests {
  let native = row("native", steady: counters { $0.walkReferencesGuest = 100 })
  let nested = row("nested", steady: counters { $0.walkReferencesGuest = 250 })

  @Test func rowsCompareWithinTheirTraceMachineAndInterval() {
    var other = nested
    other.identity.interval = 3
    var otherTrace = nested
    otherTrace.identity.traceDigest = "d9"
    let set = ResultSet(rows: [native, other, nested, otherTrace], costs: CostTable())
    #expect(set.groups == [[0, 2], [1], [3]])
    #expect(set.versusNative(2, \.steady) == 2.5)
    #expect(set.versusNative(0, \.total) == 1)
    #expect(set.versusNative(1, \.steady) == nil)
    #expect(set.versusNative(2, \.firstTouch) == nil)
  }

  @Test func hostPagesCompareWithTheirOwnAndWithNative() {
    var largeNested = nested
    largeNested.identity.hostPage = "2M"
    let shadow = row("shadow")
    let set = ResultSet(rows: [native, nested, largeNested, shadow], costs: CostTable())
    #expect(set.groups.count == 1)
    #expect(set.peer(of: 2, strategy: "shadow") == nil)
    #expect(set.peer(of: 1, strategy: "shadow") == 3)
    #expect(set.peer(of: 2, strategy: "native") == 0)
    #expect(set.peer(of: 1, strategy: "nested") == nil)
  }

  @Test func oneNativeRowServesEveryHypervisorOfTheSameGuestSide() {
    func row(_ strategy: String, _ settings: [(String, String)], digest: String) -> ResultRow {
      var row = ResultsTests.row(
        strategy,
        steady: counters {
          $0.walks = 1; $0.walkReferencesGuest = 2
        })
      row.identity.machineDigest = digest
      row.configuration = settings.map { ConfigurationAxis(key: $0.0, value: $0.1) }
      return row
    }
    let set = ResultSet(
      rows: [
        row("native", [("l2", "64x4"), ("host.levels", "4")], digest: "a"),
        row("nested", [("l2", "64x4"), ("host.levels", "5"), ("nested-tlb", "off")], digest: "b"),
        row("nested", [("l2", "32x4"), ("host.levels", "4")], digest: "c"),
      ], costs: CostTable())
    #expect(set.native(for: 1) == 0)
    #expect(set.native(for: 2) == nil)
    #expect(set.group(of: 1) == [1])
    #expect(set.peer(of: 0, strategy: "native") == nil)
    #expect(set.rows[0].kin == set.rows[1].kin)
    #expect(set.rows[0].kin != set.rows[2].kin)
  }

  @Test func theRankingIsOnSteadyCyclesAndEqualsShareAPlace() {
    var late = row("shadow", firstTouch: counters { $0.exitsHiddenFault = 1000 })
    late.tally.steady = native.tally.steady
    let set = ResultSet(rows: [nested, native, late], costs: CostTable())
    #expect((0..<3).map { set.steadyRank(of: $0) } == [3, 1, 1])
  }

  @Test func rowsThatAreLeftOutStillCompare() throws {
    let whole = ResultSet(
      rows: [nested, native, row("shadow", steady: counters { $0.walks = 7 })], costs: CostTable())
    let alone = whole.filtered { $0 == 0 }
    #expect(alone.rows == [nested] && alone.groups == [[0]])
    #expect(alone.steadyRank(of: 0) == whole.steadyRank(of: 0) && alone.steadyRank(of: 0) > 1)
    #expect(alone.versusNative(0, \.steady) == whole.versusNative(0, \.steady))
    #expect(alone.versusNative(0, \.steady) != nil)
    let cheap = CostTable().replacing(.walkReference, with: 1)
    #expect(alone.recosted(with: cheap).steadyRank(of: 0) == whole.recosted(with: cheap).steadyRank(of: 0))
    #expect(alone.filtered { _ in true }.steadyRank(of: 0) == whole.steadyRank(of: 0))
  }

  @Test func aRowOfAnotherHypervisorRanksBehindTheNativeRowThatItComparesWith() {
    var dearer = nested
    dearer.identity.machineDigest = "another hypervisor"
    let l2 = ConfigurationAxis(key: "l2", value: "64x4")
    dearer.configuration = [l2, ConfigurationAxis(key: "host.levels", value: "5")]
    var base = native
    base.configuration = [l2, ConfigurationAxis(key: "host.levels", value: "4")]
    let set = ResultSet(rows: [base, dearer], costs: CostTable())
    #expect(set.group(of: 1) == [1])
    #expect((0..<2).map { set.steadyRank(of: $0) } == [1, 2])
  }

  @Test func sensitivityIsRecosting() throws {
    let shadow = row(
      "shadow",
      steady: counters {
        $0.exitsTableStoreLeaf = 7
        $0.walkReferencesShadow = 11
      })
    let set = ResultSet(rows: [shadow], costs: CostTable())
    for exit in BreakEven.exitCostsCompared {
      let recosted = CostTable().replacing(.exit, with: exit).costs(shadow).steady.translationCycles
      #expect(set.steadyCycles(of: 0, exitCycles: exit) == recosted)
    }
  }

  @Test func ratesAreEmptyWithoutWhatTheyDivideBy() {
    var row = native
    row.tally.steady.l1dLookups = 8
    row.tally.steady.l1dMisses = 2
    #expect(row.missRate(\.l1dMisses, of: \.l1dLookups) == 0.25)
    #expect(row.missRate(\.l1iMisses, of: \.l1iLookups) == nil)
    #expect(row.perThousandInstructions(2) == 4)
    row.instructions = 0
    #expect(row.perThousandInstructions(2) == nil)
    #expect(row.walkReferencesPerWalk == nil)
  }

  @Test func overheadNeedsABase() throws {
    let set = ResultSet(rows: [native], costs: CostTable())
    #expect(set.runtimeOverhead(0) == nil)
    let based = try CostTable(parsing: "base_cycles_per_instruction: 2")
    #expect(ResultSet(rows: [native], costs: based).runtimeOverhead(0) == 5.4)
  }

  @Test func mostlyFirstTouchIsMoreThanHalfOfTheWalks() {
    let half = row("native", steady: counters { $0.walks = 5 }, firstTouch: counters { $0.walks = 5 })
    let more = row("native", steady: counters { $0.walks = 5 }, firstTouch: counters { $0.walks = 6 })
    #expect(!half.isMostlyFirstTouch && more.isMostlyFirstTouch)
  }
}

import Addressing
import Results
import Testing

@Suite struct CountersTests {
  @Test func everyFieldIsAColumnUnderItsOwnName() {
    let fields = Mirror(reflecting: Counters()).children.compactMap(\.label)
    #expect(fields.count == Counters.columns.count)
    for (field, column) in zip(fields, Counters.columns) {
      #expect(field.lowercased() == column.name.filter { $0 != "_" })
      var counters = Counters()
      counters[keyPath: column.field] = 7
      let reflected = Mirror(reflecting: counters).children.first { $0.label == field }?.value as? UInt64
      #expect(reflected == 7)
    }
  }

  @Test func columnsAreDefinedBySentences() {
    for column in Counters.columns {
      #expect(column.meaning.hasSuffix(".") && !column.unit.isEmpty)
      #expect(column.name.allSatisfy { $0 == "_" || $0.isLowercase || $0.isNumber })
    }
    #expect(Set(Counters.columns.map(\.name)).count == Counters.columns.count)
  }

  @Test func differenceUndoesSum() {
    var generator = SplitMix64(seed: 1)
    func random() -> Counters {
      var counters = Counters()
      for column in Counters.columns {
        counters[keyPath: column.field] = UInt64.random(in: 0...1_000_000, using: &generator)
      }
      return counters
    }
    let a = random()
    let b = random()
    #expect((a + b) - b == a)
    #expect((a + b).vmExits == a.vmExits + b.vmExits)
    #expect((a + b).walkReferences == a.walkReferences + b.walkReferences)
    #expect((a + b).faults == a.faults + b.faults)
  }

  @Test func theTallyCountsByCause() {
    var tally = Tally()
    tally.current.walks += 3
    tally.isFirstTouch = true
    tally.current.walks += 2
    let before = tally
    tally.current.vmSwitches += 1
    #expect(tally.steady.walks == 3)
    #expect(tally.firstTouch.walks == 2)
    #expect(tally.total.walks == 5)
    #expect((tally - before).firstTouch.vmSwitches == 1)
    #expect((tally - before).total.walks == 0)
    #expect(tally.current == tally.firstTouch)
  }
}

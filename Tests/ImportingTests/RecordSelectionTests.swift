import Addressing
import Importing
import Testing
import Traces

@Suite struct RecordSelectionTests {
  /// Two machines; in the first a process of two threads with phases, which forks another.
  private let text = """
    vm 0 process 1 thread 1 map 0x10000 8K rw- anonymous
    load 0x10000 8
    vm 0 process 1 thread 2 map 0x20000 4K rw- anonymous
    phase 7
    load 0x11ffc 8
    vm 0 process 1 thread 1 store 0x20000 8
    program-break 0x600000
    program-break 0x601000
    unmap 0x10000 4K
    clone 2 copied
    vm 1 process 1 map 0x10000 4K rw- anonymous
    store 0x10008 8
    vm 0 process 2 thread 2 store 0x20008 8
    map 0x30000 4K r-x file
    vm 0 process 1 thread 1 phase 8
    load 0x20010 8
    unknown gap 5
    vm 0 process 2 thread 2 load 0x30000 0
    exit process

    """

  private func kept(_ choose: (inout RecordSelection) -> Void) throws -> [Substring] {
    var selection = RecordSelection()
    choose(&selection)
    let kept = Item.all(of: selection.take(block(try imported(text).items)))
    return exported(kept, as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func withoutAChoiceAllIsKept() throws {
    #expect(
      try kept { _ in }
        == exported(imported(text).items, as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") })
  }

  @Test func aMachineIsKeptWithItsEvents() throws {
    #expect(
      try kept { $0.vm = 1 }
        == lines("vm 1 process 1 map 0x10000 4096 rw- anonymous\nstore 0x10008 8\nunknown gap 5"))
  }

  @Test func aThreadKeepsWhatOthersMappedForIt() throws {
    #expect(
      try kept {
        $0.vm = 0
        $0.process = 1
        $0.thread = 2
      }
        == lines(
          """
          vm 0 process 1 thread 1 map 0x10000 8192 rw- anonymous
          vm 0 process 1 thread 2 map 0x20000 4096 rw- anonymous
          phase 7
          load 0x11ffc 8
          vm 0 process 1 thread 1 program-break 0x600000
          program-break 0x601000
          unmap 0x10000 4096
          clone 2 copied
          phase 8
          unknown gap 5
          """))
  }

  @Test func aForkedProcessStartsWithWhatItsParentHadMapped() throws {
    #expect(
      try kept { $0.process = 2 }
        == lines(
          """
          vm 0 process 2 program-break 0x600000
          program-break 0x601000
          map 0x11000 4096 rw- anonymous
          map 0x20000 4096 rw- anonymous
          vm 0 process 2 thread 2 store 0x20008 8
          map 0x30000 4096 r-x file
          unknown gap 5
          vm 0 process 2 thread 2 load 0x30000 0
          exit process
          """))
  }

  @Test func aRangeKeepsWhatTouchesIt() throws {
    func loads(_ range: Range<UInt64>) throws -> [Substring] {
      try kept { $0.addresses = range }.compactMap { line in
        line.split(separator: " ").first { $0.hasPrefix("0x") }.flatMap { address in
          line.contains("load") || line.contains("store") ? address : nil
        }
      }
    }
    #expect(try loads(0x12000..<0x20001) == ["0x11ffc", "0x20000"])
    #expect(try loads(0x12004..<0x20000) == [])
    // A size of 0 touches one byte.
    #expect(try loads(0x30000..<0x30001) == ["0x30000"])
    #expect(try loads(0x20017..<0x30000) == ["0x20010"])
  }

  @Test func aPhaseIsOfTheProcessThatMarkedIt() throws {
    func accesses(_ phase: UInt32) throws -> Int {
      try kept { $0.phase = phase }.count { $0.contains("load") || $0.contains("store") }
    }
    #expect(try accesses(7) == 2)
    #expect(try accesses(8) == 1)
    #expect(try accesses(9) == 0)
  }

  @Test func anotherSegmentStartsWithoutPhasesAndMappings() throws {
    var selection = RecordSelection()
    selection.phase = 1
    let marked = block(try imported("phase 1\nload 0x1000 8\n").items)
    let plain = block(try imported("load 0x1000 8\n").items)
    #expect(selection.take(marked).accesses.count == 1)
    #expect(selection.take(plain).accesses.count == 1)
    selection.restart()
    #expect(selection.take(plain).accesses.isEmpty)
  }
}

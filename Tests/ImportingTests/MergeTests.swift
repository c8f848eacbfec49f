import Addressing
import Importing
import Testing
import Traces

@Suite struct MergeTests {
  private func reader(_ text: String, perBlock: Int = 3, _ header: TraceHeader = TraceHeader()) throws
    -> TraceReader
  {
    let sink = MemorySink()
    let writer = try TraceWriter(to: sink, header: header, recordsPerBlock: perBlock)
    for item in try imported(text, as: .text).items {
      switch item {
      case .access(let access, let owner):
        writer.select(owner)
        try writer.append(access)
      case .event(let event, let owner):
        writer.select(owner)
        try writer.append(event)
      }
    }
    try writer.finish()
    return try TraceReader(MemorySource(sink.bytes, name: text.count.description))
  }

  private func merged(
    _ texts: [String], as role: MergeRole, _ schedule: MergeSchedule = MergeSchedule(.roundRobin),
    quantum: UInt64
  ) throws -> [Substring] {
    let sink = MemorySink()
    let writer = try TraceWriter(to: sink, header: TraceHeader())
    try TraceMerger(as: role, schedule, quantum: quantum).merge(try texts.map { try reader($0) }, to: writer)
    try writer.finish()
    let merged = try TraceReader(MemorySource(sink.bytes))
    var items: [Item] = []
    var records = RecordBlock()
    while let block = try merged.nextBlock() {
      try BlockDecoder().decodeRecords(block, into: &records)
      items += Item.all(of: records)
    }
    return exported(items, as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  private func loads(_ count: Int, from first: Int) -> String {
    (0..<count).map { "load 0x\(String(first + $0, radix: 16)) 8\n" }.joined()
  }

  @Test func tracesTakeTurnsWithTheirEvents() throws {
    let first =
      "map 0x1000 4K rw- anonymous\n" + loads(4, from: 0x1000) + "unmap 0x1000 4K\n" + loads(1, from: 0x2000)
      + "phase 1\n"
    let second = "vm 5 process 9 " + loads(3, from: 0x5000)
    #expect(
      try merged([first, second], as: .vms, quantum: 2)
        == lines(
          """
          vm 0 map 0x1000 4096 rw- anonymous
          load 0x1000 8
          load 0x1001 8
          vm 1 process 9 load 0x5000 8
          load 0x5001 8
          vm 0 load 0x1002 8
          load 0x1003 8
          vm 1 process 9 load 0x5002 8
          vm 0 unmap 0x1000 4096
          load 0x2000 8
          phase 1
          """))
  }

  @Test(arguments: [1, 2, 3, 7, 1000] as [UInt64])
  func everyTraceIsWholeAndInOrder(quantum: UInt64) throws {
    let texts = [10, 0, 25, 1].map { loads($0, from: 0x1000 * ($0 + 1)) + "phase \($0)\n" }
    for schedule in [MergeSchedule(.roundRobin), MergeSchedule(.random, seed: 3)] {
      let lines = try merged(texts, as: .vms, schedule, quantum: quantum)
      #expect(lines.count == 40)
      let addresses = lines.compactMap { $0.split(separator: " ").first { $0.hasPrefix("0x") } }
      for count in [10, 0, 25, 1] {
        let own = loads(count, from: 0x1000 * (count + 1)).split(separator: "\n").map {
          $0.split(separator: " ")[1]
        }
        #expect(addresses.filter(own.contains) == own)
      }
    }
  }

  @Test func aSeedGivesOneSchedule() throws {
    let texts = [loads(200, from: 0x1000), loads(200, from: 0x8000)]
    let one = try merged(texts, as: .vms, MergeSchedule(.random, seed: 1), quantum: 5)
    #expect(try merged(texts, as: .vms, MergeSchedule(.random, seed: 1), quantum: 5) == one)
    #expect(try merged(texts, as: .vms, MergeSchedule(.random, seed: 2), quantum: 5) != one)
  }

  @Test func processesGetNumbersOfTheirOwn() throws {
    let text =
      "vm 3 process 7 thread 7 clone 8 shared\nclone 9 copied\nload 0x1 8\nvm 3 process 9 thread 9 load 0x2 8\n"
      + "vm 3 process 7 thread 8 load 0x3 8\n"
    #expect(
      try merged([text, "load 0x4 8\n", text], as: .processes, quantum: 10)
        == lines(
          """
          vm 0 process 0 thread 0 clone 1 shared
          clone 1 copied
          load 0x1 8
          vm 0 process 1 thread 2 load 0x2 8
          vm 0 process 0 thread 1 load 0x3 8
          vm 0 process 2 load 0x4 8
          vm 0 process 3 thread 3 clone 4 shared
          clone 4 copied
          load 0x1 8
          vm 0 process 4 thread 5 load 0x2 8
          vm 0 process 3 thread 4 load 0x3 8
          """))
  }

  @Test func threadsShareOneProcess() throws {
    let text = "vm 3 process 7 map 0x1000 4K rw- anonymous\nload 0x1000 8\nexit process\nload 0x1008 8\n"
    #expect(
      try merged([text, "load 0x1010 8\n"], as: .threads, quantum: 1)
        == lines(
          """
          vm 0 process 0 thread 0 map 0x1000 4096 rw- anonymous
          load 0x1000 8
          vm 0 process 0 thread 1 load 0x1010 8
          vm 0 process 0 thread 0 exit thread
          load 0x1008 8
          """))
    for several in ["process 1 load 0x1 8\nprocess 2 load 0x1 8\n", "clone 2 copied\nload 0x1 8\n"] {
      #expect(throws: MergeError.self) { try merged(["load 0x1 8\n", several], as: .threads, quantum: 1) }
    }
  }

  @Test func onlyTracesOfOneKindAreMerged() throws {
    func error(_ headers: [TraceHeader], as role: MergeRole) throws -> MergeError? {
      let writer = try TraceWriter(to: MemorySink(), header: TraceHeader())
      let readers = try headers.map { try reader("load 0x1 8\n", $0) }
      return #expect(throws: MergeError.self) {
        try TraceMerger(as: role, MergeSchedule(.roundRobin), quantum: 1).merge(readers, to: writer)
      }
    }
    let user = TraceHeader()
    let whole = TraceHeader(addressKind: .both, scope: .wholeSystem)
    #expect(try error([user, whole], as: .vms) == .unlike(file: "11", first: "11"))
    #expect(try error([user, TraceHeader(addressKind: .real)], as: .vms) == .unlike(file: "11", first: "11"))
    #expect(try error([whole, whole], as: .processes) == .wholeSystem(file: "11"))
  }
}

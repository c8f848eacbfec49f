import Addressing
import Importing
import Testing
import Traces

@Suite struct DrmemtraceExportTests {
  private typealias Records = ForeignRecords

  /// What is written of these items, in two blocks, which are seen before unless they come by a pipe.
  private func written(_ items: [Item], byPipe: Bool = false) -> (bytes: [UInt8], remarks: [String]) {
    let blocks = [
      block(Array(items.prefix(items.count / 2))), block(Array(items.dropFirst(items.count / 2))),
    ]
    var exporter = ExportFormat.drmemtrace.makeExporter()
    var output: [UInt8] = []
    if !byPipe { for block in blocks where exporter.looksAhead { exporter.lookAhead(block) } }
    exporter.begin(comments: ["a comment"], into: &output)
    for block in blocks { exporter.append(block, into: &output) }
    exporter.end(into: &output)
    return (output, exporter.remarks)
  }

  private func header(fileType: UInt64) -> [UInt8] {
    Records.drmemtrace(25, 0, 4) + Records.drmemtrace(28, 12, 4) + Records.drmemtrace(28, 9, fileType)
  }

  private func thread(_ thread: UInt64, of process: UInt64) -> [UInt8] {
    Records.drmemtrace(22, 4, thread) + Records.drmemtrace(24, 4, process)
  }

  private let sizes = ForeignRecords.drmemtrace(28, 10, 64) + ForeignRecords.drmemtrace(28, 18, 4096)

  @Test func anExportOfOneThreadIsTheRecordsWrittenByHandAndEndsWithItsExit() {
    let owner = Owner(vcpu: 3, addressSpace: 7, thread: 8)
    let result = written([
      .access(.fetch, 0x1000, 4, owner), .event(.phase(1), owner),
      .event(.exit(wholeProcess: true), owner), .access(.modify, 0x7000, 0, owner),
    ])
    let expected = [
      header(fileType: 0x40), thread(8, of: 7), sizes, Records.drmemtrace(28, 2, 1),
      Records.drmemtrace(28, 3, 3), Records.drmemtrace(10, 4, 0x1000), Records.drmemtrace(0, 1, 0x7000),
      Records.drmemtrace(1, 1, 0x7000), thread(8, of: 7), Records.drmemtrace(23, 4, 8),
      Records.drmemtrace(26, 0, 0),
    ]
    #expect(result.bytes == expected.flatMap { $0 })
    #expect(
      result.remarks == [
        "1 event was left out: drmemtrace has no place for them",
        "1 exit of a process was written as exits of threads",
        "1 modify was written as a load and a store",
        "1 access of unknown size was written with 1 byte",
      ])
  }

  @Test func anExportOfThreadsOnOneProcessorSaysSoAndHasExitsWhereTheTraceHasThem() {
    let owner = Owner(vcpu: 3, addressSpace: 7, thread: 8)
    let other = Owner(vcpu: 3)
    let result = written([
      .access(.fetch, 0x1000, 4, owner), .event(.exit(wholeProcess: false), owner),
      .access(.load, 0x7000, 8, other), .access(.store, 0x7008, 8, other),
    ])
    let expected = [
      header(fileType: 0x10040), thread(8, of: 7), sizes, Records.drmemtrace(28, 2, 1),
      Records.drmemtrace(28, 3, 3), Records.drmemtrace(10, 4, 0x1000), Records.drmemtrace(23, 4, 8),
      thread(1, of: 1), Records.drmemtrace(28, 2, 2), Records.drmemtrace(28, 3, 3),
      Records.drmemtrace(0, 8, 0x7000), Records.drmemtrace(1, 8, 0x7008), Records.drmemtrace(26, 0, 0),
    ]
    #expect(result.bytes == expected.flatMap { $0 })
    #expect(
      result.remarks == ["2 numbers of processes and threads were chosen anew, being unknown, 0 or another's"]
    )
  }

  /// Two threads, of which the first exits before the other's record.
  private func exitAmong(_ owners: [Owner]) -> [Item] {
    [
      .access(.load, 0x1000, 8, owners[0]), .event(.exit(wholeProcess: false), owners[0]),
      .access(.load, 0x1000, 8, owners[1]),
    ]
  }

  @Test func threadsOnSeveralProcessorsAreOfNoCoreAndExitAtTheEnd() throws {
    let owners = [0, 1].map { Owner(vcpu: $0, addressSpace: 5, thread: 5 + $0) }
    let items = exitAmong(owners)
    let result = written(items)
    #expect(result.bytes.starts(with: header(fileType: 0x40)))
    #expect(
      try imported(result.bytes).items
        == [items[0], items[2], items[1], .event(.exit(wholeProcess: false), owners[1])])
    #expect(result.remarks == ["1 exit was written at the end"])
  }

  @Test func threadsThatComeByAPipeExitAtTheEnd() throws {
    let owners = [5, 6].map { Owner(vcpu: 0, addressSpace: $0, thread: $0) }
    let items = exitAmong(owners)
    let result = written(items, byPipe: true)
    #expect(result.bytes.starts(with: header(fileType: 0x40)))
    #expect(
      try imported(result.bytes).items
        == [items[0], items[2], items[1], .event(.exit(wholeProcess: false), owners[1])])
    #expect(
      result.remarks == [
        "1 exit was written at the end",
        "whether the threads share one core is not told: name a file instead of a pipe",
      ])
  }

  @Test func theExitOfAProcessIsThatOfItsLivingThreads() throws {
    func owner(_ process: UInt32, _ thread: UInt32) -> Owner {
      Owner(vcpu: 0, addressSpace: process, thread: thread)
    }
    let owners = [owner(5, 53), owner(5, 51), owner(6, 61), owner(5, 52)]
    let loads = owners.map { Item.access(.load, 0x1000, 8, $0) }
    let one = Event.exit(wholeProcess: false)
    let bytes = written(
      loads + [.event(one, owner(5, 51)), .event(.exit(wholeProcess: true), owner(5, 53)), loads[2]]
    ).bytes
    #expect(
      try imported(bytes).items == loads + [
        .event(one, owner(5, 51)), .event(one, owner(5, 53)), .event(one, owner(5, 52)), loads[2],
      ])
  }

  /// Owners, and the processes and threads that they become.
  @Test(
    arguments: [
      // Three threads as `merge` numbers them.
      (
        [
          Owner(vm: 0, addressSpace: 0, thread: 0), Owner(vm: 0, addressSpace: 0, thread: 1),
          Owner(vm: 0, addressSpace: 0, thread: 2),
        ], [[1, 1], [1, 2], [1, 3]]
      ),
      // Three processes of it.
      (
        [Owner(addressSpace: 0), Owner(addressSpace: 1), Owner(addressSpace: 2)], [[1, 1], [2, 2], [3, 3]]
      ),
      // A number that two processes use for a thread.
      (
        [
          Owner(addressSpace: 5, thread: 5), Owner(addressSpace: 9, thread: 5),
          Owner(addressSpace: 9, thread: 9),
        ], [[5, 5], [9, 1], [9, 9]]
      ),
      // Two machines.
      (
        [Owner(vm: 0, addressSpace: 1, thread: 1), Owner(vm: 1, addressSpace: 1, thread: 1)],
        [[1, 1], [2, 2]]
      ),
      // Unknown ones, and the first thread of a process beside them.
      (
        [Owner.unknown, Owner(addressSpace: 1, thread: 1), Owner(addressSpace: 4), Owner(thread: 4)],
        [[1, 1], [2, 2], [4, 4], [1, 3]]
      ),
    ] as [([Owner], [[UInt32]])])
  func everyThreadHasANumberOfItsOwnThatIsNot0(owners: [Owner], numbers: [[UInt32]]) throws {
    let items = (owners + owners).map { Item.access(.load, 0x1000, 8, $0) }
    let expected = (numbers + numbers).map {
      Item.access(.load, 0x1000, 8, Owner(addressSpace: $0[0], thread: $0[1]))
    }
    #expect(try imported(written(items).bytes).items == expected)
  }

  @Test func processesAndThreadsOfAnyNumbersStayApart() throws {
    var random = SplitMix64(seed: 11)
    func part() -> UInt32? {
      Int.random(in: 0..<6, using: &random) == 0 ? nil : .random(in: 0...4, using: &random)
    }
    let items = (0..<2000).map { index in
      Item.access(
        .load, UInt64(index) << 12, 8, Owner(vm: part(), vcpu: 7, addressSpace: part(), thread: part()))
    }
    let again = try imported(written(items).bytes).items
    #expect(again.count == items.count)
    var processes: [Owner: Set<UInt32?>] = [:]
    var threads: [Owner: Set<UInt32?>] = [:]
    for (item, copy) in zip(items, again) {
      guard case .access(let access, var owner) = item, case .access(access, let new) = copy else {
        Issue.record("\(item) became \(copy)")
        return
      }
      #expect(new.vcpu == 7 && new.vm == nil)
      owner.vcpu = nil
      threads[owner, default: []].insert(new.thread)
      owner.thread = nil
      processes[owner, default: []].insert(new.addressSpace)
    }
    for numbers in [processes, threads] {
      #expect(numbers.values.allSatisfy { $0.count == 1 && !$0.contains(nil) && !$0.contains(0) })
      #expect(numbers.values.reduce(into: Set()) { $0.formUnion($1) }.count == numbers.count)
    }
  }

  @Test(arguments: [1, 3])
  func importingAnExportGivesTheSameAccessesOwnersTranslationsAndExits(processors: UInt32) throws {
    var random = SplitMix64(seed: 3)
    func owner() -> Owner {
      let process = UInt32.random(in: 1...3, using: &random)
      return Owner(
        vcpu: .random(in: 0..<processors, using: &random), addressSpace: process,
        thread: process * 10 + .random(in: 0...2, using: &random))
    }
    var current = owner()
    let items = (0..<20_000).map { _ -> Item in
      if Int.random(in: 0..<9, using: &random) == 0 { current = owner() }
      let page = UInt64.random(in: 0..<1 << 35, using: &random) << 12
      switch Int.random(in: 0..<60, using: &random) {
      case 0: return .event(.exit(wholeProcess: false), current)
      case 1...3: return .event(.translation(VirtualAddress(page), RealAddress(page ^ 0x5000)), current)
      default:
        let kind = [AccessKind.fetch, .load, .store].randomElement(using: &random)!
        return .access(
          kind, page + UInt64.random(in: 0..<4096, using: &random), .random(in: 1...4096, using: &random),
          current)
      }
    }
    let again = try imported(written(items).bytes).items
    if processors == 1 {
      #expect(again == items)
    } else {
      // Each of nine threads exits at the end.
      let others = items.filter { !isExit($0) }
      #expect(again.prefix(others.count) == others[...])
      #expect(again.count == others.count + 9 && again.dropFirst(others.count).allSatisfy(isExit))
    }
  }

  private func isExit(_ item: Item) -> Bool {
    if case .event(.exit, _) = item { true } else { false }
  }

  @Test func anEmptyExportIsAWholeFile() throws {
    #expect(try imported(written([]).bytes).items.count == 1)
  }
}

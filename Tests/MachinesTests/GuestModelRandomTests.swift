import Addressing
import Machines
import PageTables
import Testing

/// Random programs against the oracle: through the tables that the guest model's events build, each process reads
/// what it wrote, wherever frames are shared, copied, moved or split.
@Suite struct GuestModelRandomTests {
  private static let policies: [[String: String]] = [
    [:],
    ["guest.page": "thp", "guest.allocator": "buddy", "guest.fragmentation": "0.5"],
    ["guest.page": "2M", "guest.allocator": "shuffle"],
    ["guest.page": "2M", "vm.memory": "64M"],
    ["guest.page": "1G", "guest.allocator": "buddy"],
    ["guest.zero-page": "off", "guest.break-stores": "1", "guest.protect-stores": "1"],
    ["guest.levels": "5", "guest.invlpg-limit": "0", "guest.exit-stores": "0", "guest.table-clears": "off"],
    ["guest.levels": "2", "vm.memory": "64M", "guest.page": "thp", "pcid": "on"],
  ]

  @Test(arguments: policies.indices, [1, 2, 3] as [UInt64])
  func everyProcessReadsWhatItWrote(policy: Int, seed: UInt64) throws {
    let settings = ["guest.zero-page": "on"].merging(Self.policies[policy]) { $1 }
    let changes = settings.sorted { $0.key < $1.key }.map { SettingChange($0.key, $0.value, source: "test") }
    let machine = try Machine(changes: changes)
    var model = try GuestModel(machine)
    var memory = try GuestMemory(levels: machine.guest.levels)
    let isLarge = settings["guest.page"] != nil
    var program = RandomProgram(seed: seed, mayUseLargePages: isLarge)
    var nextValue = 1
    for _ in 0..<12 {
      let steps = program.steps(100)
      var oracle = program.oracleBefore
      let block = GuestScript(steps).block
      var events: [GuestEvent] = []
      try model.advance(block, into: &events)
      var pending = events[...]
      var run = 0
      for step in steps {
        if case .event(let process, let event) = step {
          oracle.apply(event, by: process)
          continue
        }
        let standing = pending.prefix { $0.runIndex == run }
        pending = pending.dropFirst(standing.count)
        try memory.apply(standing.map(\.event))
        check(
          step, &oracle, &memory, &nextValue, mayUseLargePages: isLarge,
          "seed \(seed), policy \(settings), step \(step)")
        run += 1
      }
      #expect(pending.allSatisfy { $0.runIndex == run })
      try memory.apply(pending.map(\.event))
      program.oracleBefore = oracle
    }
    try expectNothingLeft(&model, &memory, program)
  }

  /// One access: the page must be mapped with the permission needed and hold what the process last wrote.
  private func check(
    _ step: GuestScript.Step, _ oracle: inout ProgramOracle, _ memory: inout GuestMemory,
    _ nextValue: inout Int,
    mayUseLargePages: Bool, _ comment: String
  ) {
    let (process, page, isWrite, isFetch) = step.access
    let leaf = memory.leaf(page)
    #expect(leaf?.isMapped == true, "\(comment)")
    if isWrite { #expect(leaf?.entry.isWritable == true, "\(comment)") }
    if isFetch { #expect(leaf?.entry.isNoExecute == false, "\(comment)") }
    #expect(memory.value(page) == oracle.processes[process]?.values[page] ?? 0, "\(comment)")
    oracle.processes[process, default: .init()].absent.remove(page)
    if !mayUseLargePages, nextValue.isMultiple(of: 8) {
      let left = oracle.processes[process]?.absent.filter { memory.leaf($0)?.isMapped == true } ?? []
      #expect(left.isEmpty, "\(comment): unmapped pages are mapped")
    }
    guard isWrite else { return }
    memory.write(nextValue, page)
    oracle.processes[process]?.values[page] = nextValue
    nextValue += 1
  }

  /// When all processes have exited, every frame has come back but frame 0 and the zero page.
  private func expectNothingLeft(
    _ model: inout GuestModel, _ memory: inout GuestMemory, _ program: RandomProgram
  ) throws {
    let exits = program.oracleBefore.processes.keys.sorted().map {
      GuestScript.Step.event($0, .exit(wholeProcess: true))
    }
    var events: [GuestEvent] = []
    try model.advance(GuestScript(exits).block, into: &events)
    try memory.apply(events.map(\.event))
    #expect(model.usedBytes <= 2 * 4096 && model.tableBytes == 0)
    #expect(memory.tables.bytes == 0)
  }
}

extension GuestScript.Step {
  var access: (process: UInt32, page: UInt64, isWrite: Bool, isFetch: Bool) {
    switch self {
    case .read(let process, let page): (process, page, false, false)
    case .write(let process, let page): (process, page, true, false)
    case .fetch(let process, let page): (process, page, false, true)
    case .event(let process, _): (process, 0, false, false)
    }
  }
}

/// Up to three processes that map, use and unmap ranges of a few large pages, and copy themselves.
struct RandomProgram {
  var oracleBefore = ProgramOracle()
  private var random: SplitMix64
  /// Where processes map memory: three large pages, and a bit.
  private let window: Range<UInt64> = 0x8000 - 40..<0x8000 + 3 * 512
  /// What no event ever maps: a program image.
  private let image: Range<UInt64> = 0x400..<0x410

  /// Whether some mappings are of the huge page pool.
  private let mayUseLargePages: Bool

  init(seed: UInt64, mayUseLargePages: Bool) {
    random = SplitMix64(seed: seed)
    self.mayUseLargePages = mayUseLargePages
  }

  mutating func steps(_ count: Int) -> [GuestScript.Step] {
    var oracle = oracleBefore
    return (0..<count).map { _ in
      let process = UInt32(random.next() % 3)
      let step = step(of: process, oracle)
      if case .event(let process, let event) = step { oracle.apply(event, by: process) }
      return step
    }
  }

  private mutating func step(of process: UInt32, _ oracle: ProgramOracle) -> GuestScript.Step {
    let start = window.lowerBound + random.next() % UInt64(window.count)
    let size = random.next() % 3 == 0 ? 600 : random.next() % 40 + 1
    let count = min(size, window.upperBound - start)
    switch random.next() % 100 {
    case 0..<6:
      return .event(process, .map(start, count, Self.protections[Int(random.next() % 4)], kind()))
    case 6..<8: return .event(process, .unmap(start, count))
    case 8..<10: return .event(process, .protect(start, count, Self.protections[Int(random.next() % 5)]))
    case 10: return .event(process, .advise(start, count, .discard))
    case 11: return .event(process, .advise(start, count, random.next() % 2 == 0 ? .noHugePages : .hugePages))
    case 12:
      let length = random.next() % 40 + 1
      let other = window.upperBound + 512 * (random.next() % 2) + start % 8
      return .event(process, .remap(start, count, to: random.next() % 2 == 0 ? other : start, length))
    case 13:
      let child = (process + 1) % 3
      return .event(process, .clone(child: child, sharesMemory: random.next() % 4 == 0))
    case 14 where random.next() % 4 == 0: return .event(process, .exit(wholeProcess: true))
    default: return access(process, oracle)
    }
  }

  private static let protections: [Protection] = [
    [.read, .write], [.read, .write], .read, [.read, .write, .execute], [],
  ]

  private mutating func kind() -> MappingKind {
    let kinds: [MappingKind] = [.anonymous, .anonymous, .file, .stack, .huge2M]
    return kinds[Int(random.next() % (mayUseLargePages ? 5 : 4))]
  }

  /// Mostly what the mapping allows, of pages that are mapped or belong to the image.
  private mutating func access(_ process: UInt32, _ oracle: ProgramOracle) -> GuestScript.Step {
    let known = oracle.processes[process]?.protection ?? [:]
    let start = window.lowerBound + random.next() % UInt64(window.count)
    let page = (start..<window.upperBound).first { known[$0] != nil } ?? image.lowerBound + start % 16
    let protection = known[page] ?? [.read, .write, .execute]
    switch random.next() % 8 {
    case 0 where protection.contains(.execute): return .fetch(process, page)
    case 1..<4: return .read(process, page)
    default:
      let mayWrite = protection.contains(.write) || random.next() % 20 == 0
      return mayWrite ? .write(process, page) : .read(process, page)
    }
  }
}

import Addressing
import Machines
import Traces

/// The guests of all virtual machines, modelled or recorded, and which of them runs.
struct Guests: Sendable {
  private let machine: Machine
  private let ignoresEvents: Bool
  /// What the traces hold.
  private let scopes: [TraceHeader.Scope]
  private var systems: [any GuestSystem] = []
  /// The virtual machines of each trace, with the number that the trace gives them.
  private var machinesOfSource: [[(number: UInt32?, vm: Int)]]
  private var running: Int?

  init(_ machine: Machine, _ scopes: [TraceHeader.Scope], ignoresEvents: Bool) {
    self.machine = machine
    self.scopes = scopes
    self.ignoresEvents = ignoresEvents
    machinesOfSource = Array(repeating: [], count: scopes.count)
  }

  /// The virtual machine that an owner of a trace belongs to, made on first use.
  mutating func machine(of owner: Owner, source: Int) throws(GuestError) -> Int {
    if let known = machinesOfSource[source].first(where: { $0.number == owner.vm }) {
      try systems[known.vm].admit(owner)
      return known.vm
    }
    let vm = systems.count
    systems.append(try system(vm, of: owner, scopes[source]))
    machinesOfSource[source].append((owner.vm, vm))
    return vm
  }

  private func system(
    _ vm: Int, of owner: Owner, _ scope: TraceHeader.Scope
  ) throws(GuestError) -> any GuestSystem {
    switch scope {
    case .user: try GuestModel(machine, vm: vm, ignoringEvents: ignoresEvents)
    case .wholeSystem: RecordedGuest(machine, processor: owner.vcpu)
    }
  }

  /// Lets a virtual machine run; whether another one ran before.
  mutating func run(_ vm: Int) -> Bool {
    defer { running = vm }
    return running != vm
  }

  /// Starts the virtual machines of a trace anew; which they are.
  mutating func restart(_ source: Int) throws(GuestError) -> [Int] {
    let machines = machinesOfSource[source].map(\.vm)
    for vm in machines { try systems[vm].restart(machine, vm: vm) }
    running = nil
    return machines
  }

  /// Takes a virtual machine through a part of a block; what it did.
  mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, vm: Int
  ) throws(GuestError) -> [GuestEvent] {
    var emitted: [GuestEvent] = []
    try systems[vm].advance(block, runs: runs, events: events, into: &emitted)
    return emitted
  }

  /// What the virtual machines of a trace use of their memory.
  func use(of source: Int) -> GuestUse {
    machinesOfSource[source].reduce(into: GuestUse()) { $0.add(systems[$1.vm].statistics) }
  }
}

/// What guests touched of their memory.
struct GuestUse: Hashable, Sendable {
  private var pages: UInt64 = 0
  private var pagesInLarge: UInt64 = 0

  /// In bytes of distinct 4 KiB pages.
  var footprintBytes: UInt64 { pages * 4096 }

  /// The share of it that pages of 2 MiB and more map; nil where nothing was touched.
  var effective2MCoverage: Double? { pages == 0 ? nil : Double(pagesInLarge) / Double(pages) }

  mutating func add(_ statistics: GuestStatistics) {
    pages += statistics.touchedPages
    pagesInLarge += statistics.touchedPagesInLarge
  }
}

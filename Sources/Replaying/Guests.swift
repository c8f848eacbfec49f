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
  private var running: Processor?
  /// What the virtual machines of each trace used in segments that have ended.
  private var usedBefore: [GuestStatistics]

  /// A virtual processor: the machine, and which of its processors.
  struct Processor: Equatable {
    var vm: Int
    var vcpu: Int
  }

  init(_ machine: Machine, _ scopes: [TraceHeader.Scope], ignoresEvents: Bool) {
    self.machine = machine
    self.scopes = scopes
    self.ignoresEvents = ignoresEvents
    machinesOfSource = Array(repeating: [], count: scopes.count)
    usedBefore = Array(repeating: GuestStatistics(), count: scopes.count)
  }

  /// The virtual processor that an owner of a trace belongs to, its machine made on first use.
  mutating func processor(of owner: Owner, source: Int) throws(GuestError) -> Processor {
    let vm = try machine(owner.vm, source: source)
    return Processor(vm: vm, vcpu: try systems[vm].run(owner))
  }

  private mutating func machine(_ number: UInt32?, source: Int) throws(GuestError) -> Int {
    if let known = machinesOfSource[source].first(where: { $0.number == number }) { return known.vm }
    let vm = systems.count
    systems.append(try system(vm, scopes[source]))
    machinesOfSource[source].append((number, vm))
    return vm
  }

  private func system(_ vm: Int, _ scope: TraceHeader.Scope) throws(GuestError) -> any GuestSystem {
    switch scope {
    case .user: try GuestModel(machine, vm: vm, ignoringEvents: ignoresEvents)
    case .wholeSystem: RecordedGuest(machine)
    }
  }

  /// Lets a virtual processor run; whether another one ran before.
  mutating func run(_ processor: Processor) -> Bool {
    defer { running = processor }
    return running != processor
  }

  /// Starts the virtual machines of a trace anew; which they are.
  mutating func restart(_ source: Int) throws(GuestError) -> [Int] {
    let machines = machinesOfSource[source].map(\.vm)
    usedBefore[source] = use(of: source)
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

  /// What the virtual machines of a trace used of their memory, each time that they were started.
  func use(of source: Int) -> GuestStatistics {
    machinesOfSource[source].reduce(into: usedBefore[source]) { $0 += systems[$1.vm].statistics }
  }
}

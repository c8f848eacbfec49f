public import Addressing

/// A made-up workload of several virtual machines with several processes each, for holding strategies against the
/// reference: it maps, unmaps, protects, discards, forks and exits, and accesses only what it may.
///
/// The same seed gives the same workload.
public struct SeededWorkload: Sendable {
  /// A record or an event, and whose it is.
  public enum Item: Sendable {
    case access(Access, Owner)
    case event(Event, Owner)
  }

  private var generator: SplitMix64
  private var machines: [[SeededProcess]]
  private var nextProcess: [UInt32]
  private let processesPerMachine: Int
  /// One item in how many is an event.
  private let eventSpacing: UInt64
  private var running = (machine: 0, process: 0)
  private var pending: [Item] = []

  /// - Parameters:
  ///   - eventSpacing: One in how many items is an event.
  public init(machines: Int, processes: Int, eventSpacing: UInt64 = 90, seed: UInt64) {
    generator = SplitMix64(seed: seed)
    processesPerMachine = processes
    self.eventSpacing = eventSpacing
    self.machines = (0..<machines).map { machine in
      (0..<processes).map { process in
        SeededProcess(owner: Owner(vm: UInt32(machine), addressSpace: UInt32(process)))
      }
    }
    nextProcess = Array(repeating: UInt32(processes), count: machines)
    for machine in 0..<machines { for process in 0..<processes { start(machine, process) } }
    pending.reverse()
  }

  /// The next item; there is always one.
  public mutating func next() -> Item {
    if let item = pending.popLast() { return item }
    if chance(2000) { switchMachine() } else if chance(300) { switchProcess() }
    if chance(eventSpacing) {
      makeEvent()
      pending.reverse()
      if let item = pending.popLast() { return item }
    }
    let process = machines[running.machine][running.process]
    guard let access = process.access(&generator) else {
      start(running.machine, running.process)
      pending.reverse()
      return pending.popLast() ?? next()
    }
    return .access(access, process.owner)
  }

  private mutating func chance(_ oneIn: UInt64) -> Bool { generator.next() % oneIn == 0 }

  private mutating func switchMachine() {
    running.machine = Int(generator.next() % UInt64(machines.count))
    switchProcess()
  }

  private mutating func switchProcess() {
    running.process = Int(generator.next() % UInt64(machines[running.machine].count))
  }

  /// Maps a first region of a process.
  private mutating func start(_ machine: Int, _ process: Int) {
    let event = machines[machine][process].map(&generator)
    pending.append(.event(event, machines[machine][process].owner))
  }

  private mutating func makeEvent() {
    let (machine, process) = running
    let owner = machines[machine][process].owner
    switch generator.next() % 40 {
    case 0 where machines[machine].count > 1:
      machines[machine].remove(at: process)
      running.process = 0
      pending.append(.event(.exit(wholeProcess: true), owner))
    case 1 where machines[machine].count < processesPerMachine:
      let child = nextProcess[machine]
      nextProcess[machine] += 1
      machines[machine].append(machines[machine][process].forked(child))
      pending.append(.event(.clone(child: child, sharesMemory: false), owner))
    default:
      let event = machines[machine][process].change(&generator)
      pending.append(.event(event, owner))
    }
  }
}

import Addressing

/// Follows the guest events of a whole system's trace, so that checkpoints can tell its state: memory, every live page
/// table with its contents, control registers.
struct GuestStateTracker: Sendable {
  /// The state of each virtual machine, in the order in which they came.
  private var machines: [(vm: UInt32?, state: GuestMachineState)] = []

  /// Registers as a processor must be told them: what CR3 means depends on the others.
  private static let order: [ControlRegister] = [.cr0, .cr4, .efer, .cr3]

  init() {}

  /// The events that make the state: memory slots, tables from the leaves up, registers.
  var events: [PositionedEvent] {
    machines.flatMap { vm, state in
      var events = state.slots.map { (vcpu: UInt32?.none, event: $0) }
      let tables = state.tables.sorted { ($0.value.level, $0.key) < ($1.value.level, $1.key) }
      for (frame, table) in tables { events.append((nil, Self.link(frame, table))) }
      for processor in state.processors {
        for register in Self.order {
          guard let value = processor.registers[register] else { continue }
          events.append((processor.vcpu, .controlRegister(register, value: value)))
        }
      }
      let vcpu = state.processors.first?.vcpu
      return events.map {
        PositionedEvent(position: 0, owner: Owner(vm: vm, vcpu: $0.vcpu ?? vcpu), event: $0.event)
      }
    }
  }

  private static func link(_ frame: UInt64, _ table: GuestMachineState.Table) -> Event {
    let entries = table.entries.enumerated().filter { $0.element != 0 }
      .map { TableEntry(index: UInt16($0.offset), value: $0.element) }
    return .tableLinked(
      RealAddress(frame), level: table.level, entries: entries, storesBefore: UInt64(entries.count))
  }

  /// Follows one event; program events and marks change nothing, but for lost records, behind which nothing is known.
  mutating func apply(_ event: Event, by owner: Owner) {
    switch event {
    case .memorySlot: withState(of: owner) { $0.slots.append(event) }
    case .tableLinked(let frame, let level, let entries, _):
      withState(of: owner) { $0.link(frame.rawValue, level: level, entries) }
    case .tableStore(let address, let width, let value):
      withState(of: owner) { $0.store(value, width: width, at: address.rawValue) }
    case .tableUnlinked(let frame): withState(of: owner) { $0.unlink(frame.rawValue) }
    case .rootRetired(let frame): withState(of: owner) { $0.retire(frame.rawValue) }
    case .controlRegister(let register, let value):
      withState(of: owner) { $0.set(register, to: value, on: owner.vcpu) }
    case .gap: machines = []
    default: break
    }
  }

  private mutating func withState(of owner: Owner, _ body: (inout GuestMachineState) -> Void) {
    if let index = machines.firstIndex(where: { $0.vm == owner.vm }) { return body(&machines[index].state) }
    machines.append((owner.vm, GuestMachineState()))
    body(&machines[machines.count - 1].state)
  }
}

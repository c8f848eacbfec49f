import Addressing

/// The state that events are coded against: fields are differences from the one before.
struct EventPredictor {
  private var lastAddress: UInt64 = 0
  private var lastValue: UInt64 = 0

  mutating func difference(toAddress address: UInt64) -> UInt64 {
    defer { lastAddress = address }
    return address &- lastAddress
  }

  mutating func difference(toValue value: UInt64) -> UInt64 {
    defer { lastValue = value }
    return value &- lastValue
  }

  mutating func address(at difference: UInt64) -> UInt64 {
    lastAddress &+= difference
    return lastAddress
  }

  mutating func value(at difference: UInt64) -> UInt64 {
    lastValue &+= difference
    return lastValue
  }
}

/// Encodes the events of a block.
struct EventEncoder {
  private var owners = OwnerTable()
  private var rows: [UInt8] = []
  private var position: UInt32 = 0
  private var predictor = EventPredictor()

  static func encode(_ events: [PositionedEvent]) -> [UInt8] {
    var encoder = EventEncoder()
    for event in events { encoder.append(event) }
    var bytes: [UInt8] = []
    OwnerTable.append(encoder.owners.owners, to: &bytes)
    return bytes + encoder.rows
  }

  private mutating func append(_ event: PositionedEvent) {
    rows.appendVarint(UInt64(event.position - position))
    position = event.position
    rows.appendVarint(UInt64(owners.index(of: event.owner)))
    rows.append(EventKind(event.event).rawValue)
    append(event.event)
  }

  private mutating func address<Space>(_ address: Address<Space>) {
    rows.appendSigned(predictor.difference(toAddress: address.rawValue))
  }

  private mutating func value(_ value: UInt64) {
    rows.appendSigned(predictor.difference(toValue: value))
  }

  private mutating func append(_ event: Event) {
    switch event {
    case .map(let start, let length, let protection, let kind):
      address(start)
      rows.appendVarint(length)
      rows += [protection.rawValue, kind.rawValue]
    case .unmap(let start, let length):
      address(start)
      rows.appendVarint(length)
    case .protect(let start, let length, let protection):
      address(start)
      rows.appendVarint(length)
      rows.append(protection.rawValue)
    case .remap(let start, let oldLength, let target, let newLength):
      address(start)
      rows.appendVarint(oldLength)
      address(target)
      rows.appendVarint(newLength)
    case .programBreak(let end): address(end)
    case .advise(let start, let length, let advice):
      address(start)
      rows.appendVarint(length)
      rows.append(advice.rawValue)
    case .clone(let child, let sharesMemory):
      rows.appendVarint(UInt64(child))
      rows.append(sharesMemory ? 1 : 0)
    case .exit(let wholeProcess): rows.append(wholeProcess ? 1 : 0)
    case .phase(let number): rows.appendVarint(UInt64(number))
    case .gap(let records): optional(records)
    default: appendGuestEvent(event)
    }
  }

  private mutating func appendGuestEvent(_ event: Event) {
    switch event {
    case .tableStore(let place, let width, let newValue):
      address(place)
      rows.append(width)
      value(newValue)
    case .tableLinked(let table, let level, let entries, let storesBefore):
      address(table)
      rows.append(level)
      rows.appendVarint(storesBefore)
      rows.appendVarint(UInt64(entries.count))
      var next: UInt16 = 0
      for entry in entries {
        rows.appendVarint(UInt64(entry.index - next))
        next = entry.index + 1
        value(entry.value)
      }
    case .tableUnlinked(let table): address(table)
    case .rootRetired(let root): address(root)
    case .controlRegister(let register, let newValue):
      rows.append(register.rawValue)
      value(newValue)
    case .invalidatePage(let page): address(page)
    case .invalidateContext(let type, let pcid, let page):
      rows.append(type)
      rows.appendVarint(UInt64(pcid))
      address(page)
    case .pageFault(let place, let errorCode, let privilege, let instruction):
      address(place)
      optional(errorCode.map(UInt64.init))
      optional(privilege.map(UInt64.init))
      rows.append(instruction == nil ? 0 : 1)
      if let instruction { address(instruction) }
    case .memorySlot(let start, let length, let isDevice):
      address(start)
      rows.appendVarint(length)
      rows.append(isDevice ? 1 : 0)
    case .shootdown(let vcpus): rows.appendVarint(vcpus)
    case .translation(let page, let place):
      address(page)
      value(place.rawValue)
    default: preconditionFailure("every event is encoded here or in append(_:)")
    }
  }

  private mutating func optional(_ number: UInt64?) {
    rows.append(number == nil ? 0 : 1)
    if let number { rows.appendVarint(number) }
  }
}

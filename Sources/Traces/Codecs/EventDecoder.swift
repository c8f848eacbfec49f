import Addressing

/// Decodes the events of a block; the inverse of ``EventEncoder``.
struct EventDecoder {
  private var cursor: ByteCursor
  private var predictor = EventPredictor()

  /// Appends `count` events of a block of `recordCount` records.
  static func decode(
    _ bytes: [UInt8], count: Int, recordCount: Int, into events: inout [PositionedEvent]
  ) throws(TraceError.Problem) {
    var decoder = EventDecoder(cursor: ByteCursor(bytes))
    let owners = try OwnerTable.decode(&decoder.cursor)
    var position = 0
    var named = [Bool](repeating: false, count: owners.count)
    for _ in 0..<count {
      position += try decoder.cursor.varint(upTo: recordCount - position, "the position of an event")
      let owner = try decoder.cursor.varint(upTo: owners.count - 1, "an owner's number")
      named[owner] = true
      let byte = try decoder.cursor.byte()
      guard let kind = EventKind(rawValue: byte) else { throw .unknownFeature("event kind \(byte)") }
      let event = try decoder.event(kind)
      events.append(PositionedEvent(position: UInt32(position), owner: owners[owner], event: event))
    }
    try decoder.cursor.requireEnd("the events")
    guard named.allSatisfy(\.self) else { throw .illegal("an owner in the table owns nothing") }
  }

  private init(cursor: ByteCursor) { self.cursor = cursor }

  private mutating func event(_ kind: EventKind) throws(TraceError.Problem) -> Event {
    switch kind {
    case .map:
      return .map(try address(), length: try cursor.varint(), try protection(), try named("a mapping kind"))
    case .unmap: return .unmap(try address(), length: try cursor.varint())
    case .protect: return .protect(try address(), length: try cursor.varint(), try protection())
    case .remap:
      return .remap(
        try address(), oldLength: try cursor.varint(), to: try address(), newLength: try cursor.varint())
    case .programBreak: return .programBreak(try address())
    case .advise: return .advise(try address(), length: try cursor.varint(), try named("an advice"))
    case .clone: return .clone(child: try number("a child's number"), sharesMemory: try flag())
    case .exit: return .exit(wholeProcess: try flag())
    case .phase: return .phase(try number("a phase"))
    case .gap: return .gap(records: try optional())
    default: return try guestEvent(kind)
    }
  }

  private mutating func guestEvent(_ kind: EventKind) throws(TraceError.Problem) -> Event {
    switch kind {
    case .tableStore:
      let place: RealAddress = try realAddress()
      let width = try cursor.byte()
      guard EventLaws.isWidth(width) else { throw .illegal("a table store has a width of \(width) bytes") }
      return .tableStore(place, width: width, value: try value())
    case .tableLinked: return try tableLinked()
    case .tableUnlinked: return .tableUnlinked(try realAddress())
    case .rootRetired: return .rootRetired(try realAddress())
    case .controlRegister: return .controlRegister(try named("a control register"), value: try value())
    case .invalidatePage: return .invalidatePage(try address())
    case .invalidateContext:
      let type = try cursor.byte()
      guard type <= 3 else { throw .illegal("INVPCID type \(type)") }
      return .invalidateContext(
        type: type, pcid: UInt16(try cursor.varint(upTo: 4095, "a PCID")), try address())
    case .pageFault: return try pageFault()
    case .memorySlot: return .memorySlot(try realAddress(), length: try cursor.varint(), isDevice: try flag())
    case .shootdown: return .shootdown(vcpus: try cursor.varint())
    case .translation: return .translation(try address(), RealAddress(try value()))
    default: throw .illegal("an event of kind \(kind.rawValue)")
    }
  }

  private mutating func tableLinked() throws(TraceError.Problem) -> Event {
    let table = try realAddress()
    let level = try cursor.byte()
    guard EventLaws.isLevel(level) else { throw .illegal("a table linked at level \(level)") }
    let storesBefore = try cursor.varint()
    let count = try cursor.varint(upTo: 512, "the entries of a table")
    var entries: [TableEntry] = []
    entries.reserveCapacity(count)
    var next = 0
    for _ in 0..<count {
      let index = next + (try cursor.varint(upTo: 511 - min(next, 511), "the position of a table entry"))
      guard index < 512 else { throw .illegal("a table entry beyond the 512th") }
      let value = try value()
      guard value != 0 else { throw .illegal("a table entry that is zero") }
      entries.append(TableEntry(index: UInt16(index), value: value))
      next = index + 1
    }
    return .tableLinked(table, level: level, entries: entries, storesBefore: storesBefore)
  }

  private mutating func pageFault() throws(TraceError.Problem) -> Event {
    let place = try address()
    let errorCode = try optional()
    let privilege = try optional()
    guard errorCode ?? 0 <= UInt32.max else { throw .illegal("a page fault's error code") }
    guard privilege ?? 0 <= 3 else { throw .illegal("a page fault's privilege level") }
    let instruction: VirtualAddress? = try flag() ? try address() : nil
    return .pageFault(
      place, errorCode: errorCode.map { UInt32($0) }, privilege: privilege.map { UInt8($0) },
      instruction: instruction)
  }

  private mutating func address() throws(TraceError.Problem) -> VirtualAddress {
    VirtualAddress(predictor.address(at: try cursor.signed()))
  }

  private mutating func realAddress() throws(TraceError.Problem) -> RealAddress {
    RealAddress(predictor.address(at: try cursor.signed()))
  }

  private mutating func value() throws(TraceError.Problem) -> UInt64 {
    predictor.value(at: try cursor.signed())
  }

  private mutating func flag() throws(TraceError.Problem) -> Bool {
    let byte = try cursor.byte()
    guard byte <= 1 else { throw .illegal("a flag is \(byte)") }
    return byte == 1
  }

  private mutating func optional() throws(TraceError.Problem) -> UInt64? {
    try flag() ? try cursor.varint() : nil
  }

  private mutating func number(_ what: String) throws(TraceError.Problem) -> UInt32 {
    UInt32(try cursor.varint(upTo: Int(UInt32.max), what))
  }

  private mutating func protection() throws(TraceError.Problem) -> Protection {
    let byte = try cursor.byte()
    guard byte < 8 else { throw .illegal("a protection of \(byte)") }
    return Protection(rawValue: byte)
  }

  private mutating func named<Value: RawRepresentable>(
    _ what: String
  ) throws(TraceError.Problem) -> Value where Value.RawValue == UInt8 {
    let byte = try cursor.byte()
    guard let value = Value(rawValue: byte) else { throw .unknownFeature("\(what) of \(byte)") }
    return value
  }
}

import Addressing
import Traces

extension EventText {
  /// The event with this name, its operands read from `fields`; nil where no event has the name.
  static func event(
    named name: String, _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Event? {
    let start = fields.at
    var event = try programEvent(named: name, &fields, bytes)
    if event == nil { event = try tableEvent(named: name, &fields, bytes) }
    if event == nil { event = try processorEvent(named: name, &fields, bytes) }
    if let event, let violation = EventLaws.violation(event) {
      throw Malformed(index: start, expected: "an event that a trace can hold, not \(violation)")
    }
    return event
  }

  /// Events that a program causes by system calls.
  private static func programEvent(
    named name: String, _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Event? {
    switch name {
    case "map":
      let (address, length) = try range(&fields, bytes)
      return .map(
        address, length: length, try protection(&fields, bytes),
        try word(&fields, bytes, "what is mapped (anonymous, file, shared, …)", TextWords.mappingKind))
    case "unmap":
      let (address, length) = try range(&fields, bytes)
      return .unmap(address, length: length)
    case "protect":
      let (address, length) = try range(&fields, bytes)
      return .protect(address, length: length, try protection(&fields, bytes))
    case "remap":
      let (old, oldLength) = try range(&fields, bytes)
      let (new, newLength) = try range(&fields, bytes)
      return .remap(old, oldLength: oldLength, to: new, newLength: newLength)
    case "program-break":
      return .programBreak(try virtual(&fields, bytes))
    case "advise":
      let (address, length) = try range(&fields, bytes)
      let advice = try word(&fields, bytes, "discard, free, huge-pages or no-huge-pages", TextWords.advice)
      return .advise(address, length: length, advice)
    case "clone":
      let child = try fields.number(bytes, "the child", atMost: UInt32.max)
      return .clone(child: child, sharesMemory: try choice(&fields, bytes, "shared", "copied"))
    case "exit":
      return .exit(wholeProcess: try choice(&fields, bytes, "process", "thread"))
    case "phase":
      return .phase(try fields.number(bytes, "the phase", atMost: UInt32.max))
    case "gap":
      return .gap(records: try fields.numberOrUnknown(bytes, "the number of records"))
    default:
      return nil
    }
  }

  /// Events at the guest's page tables and memory.
  private static func tableEvent(
    named name: String, _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Event? {
    switch name {
    case "table-store":
      let address = try real(&fields, bytes)
      let width = try fields.number(bytes, "the width in bytes", atMost: UInt8(8))
      return .tableStore(address, width: width, value: try fields.number(bytes, "the value"))
    case "table-linked":
      let address = try real(&fields, bytes)
      let level = try fields.number(bytes, "the level", atMost: UInt8(5))
      let stores = try fields.number(bytes, "the number of stores before")
      var entries: [TableEntry] = []
      while let field = fields.next(bytes) { entries.append(try entry(field, bytes)) }
      return .tableLinked(address, level: level, entries: entries, storesBefore: stores)
    case "table-unlinked":
      return .tableUnlinked(try real(&fields, bytes))
    case "root-retired":
      return .rootRetired(try real(&fields, bytes))
    case "memory-slot":
      let address = try real(&fields, bytes)
      let length = try fields.number(bytes, "the length")
      return .memorySlot(address, length: length, isDevice: try choice(&fields, bytes, "device", "memory"))
    default:
      return nil
    }
  }

  /// Events at a virtual processor.
  private static func processorEvent(
    named name: String, _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Event? {
    switch name {
    case "control-register":
      let register = try word(&fields, bytes, "cr0, cr3, cr4 or efer", TextWords.controlRegister)
      return .controlRegister(register, value: try fields.number(bytes, "the value"))
    case "invalidate-page":
      return .invalidatePage(try virtual(&fields, bytes))
    case "invalidate-context":
      let type = try fields.number(bytes, "the type", atMost: UInt8(3))
      let pcid = try fields.number(bytes, "the PCID", atMost: UInt16(4095))
      return .invalidateContext(type: type, pcid: pcid, try virtual(&fields, bytes))
    case "page-fault":
      let address = try virtual(&fields, bytes)
      let start = fields.at
      let code = try fields.numberOrUnknown(bytes, "the error code")
      let privilege = try fields.numberOrUnknown(bytes, "the privilege level")
      let instruction = try fields.numberOrUnknown(bytes, "the instruction's address")
      guard (code ?? 0) <= UInt32.max, (privilege ?? 0) <= 3 else {
        throw Malformed(index: start, expected: "an error code of 32 bits and a privilege level of 0 to 3")
      }
      return .pageFault(
        address, errorCode: code.map(UInt32.init), privilege: privilege.map(UInt8.init),
        instruction: instruction.map(VirtualAddress.init(_:)))
    case "shootdown":
      return .shootdown(vcpus: try fields.number(bytes, "the set of vCPUs"))
    case "translation":
      return .translation(try virtual(&fields, bytes), try real(&fields, bytes))
    default:
      return nil
    }
  }

  private static func virtual(
    _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> VirtualAddress {
    let address = VirtualAddress(try fields.number(bytes, "a virtual address"))
    guard address.isCanonical else { throw Malformed(index: fields.at - 1, expected: "a canonical address") }
    return address
  }

  private static func real(_ fields: inout TextFields, _ bytes: [UInt8]) throws(Malformed) -> RealAddress {
    RealAddress(try fields.number(bytes, "a real address"))
  }

  private static func range(
    _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> (VirtualAddress, length: UInt64) {
    (try virtual(&fields, bytes), length: try fields.number(bytes, "a length in bytes"))
  }

  private static func protection(
    _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Protection {
    try word(&fields, bytes, "a protection (rw-, r-x, ---, …)", TextWords.protection)
  }

  private static func word<Value>(
    _ fields: inout TextFields, _ bytes: [UInt8], _ what: String, _ meaning: (String) -> Value?
  ) throws(Malformed) -> Value {
    guard let value = meaning(try fields.word(bytes, what)) else {
      throw Malformed(index: fields.at - 1, expected: what)
    }
    return value
  }

  /// Whether the first of two words stands there.
  private static func choice(
    _ fields: inout TextFields, _ bytes: [UInt8], _ yes: String, _ no: String
  ) throws(Malformed) -> Bool {
    try word(&fields, bytes, "\(yes) or \(no)") { $0 == yes ? true : $0 == no ? false : nil }
  }

  /// `INDEX=VALUE`, an entry of a table.
  private static func entry(_ field: Range<Int>, _ bytes: [UInt8]) throws(Malformed) -> TableEntry {
    var at = field.lowerBound
    guard let index = bytes.decimal(&at, field.upperBound), index < 512,
      bytes.skip("=", &at, field.upperBound),
      let value = bytes.number(&at, field.upperBound), at == field.upperBound
    else { throw Malformed(index: field.lowerBound, expected: "an entry as 17=0x1000 (position 0 to 511)") }
    return TableEntry(index: UInt16(index), value: value)
  }
}

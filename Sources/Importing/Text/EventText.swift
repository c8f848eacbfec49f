import Addressing

/// Events as the text form writes them: a word, then its operands.
enum EventText {
  /// The operands of an event, with spaces between them.
  static func operands(_ event: Event) -> String {
    switch event {
    case .map(let address, let length, let protection, let kind):
      "\(address) \(length) \(TextWords.name(protection)) \(TextWords.name(kind))"
    case .unmap(let address, let length): "\(address) \(length)"
    case .protect(let address, let length, let protection):
      "\(address) \(length) \(TextWords.name(protection))"
    case .remap(let old, let oldLength, let new, let newLength): "\(old) \(oldLength) \(new) \(newLength)"
    case .programBreak(let address): "\(address)"
    case .advise(let address, let length, let advice): "\(address) \(length) \(TextWords.name(advice))"
    case .clone(let child, let sharesMemory): "\(child) \(sharesMemory ? "shared" : "copied")"
    case .exit(let wholeProcess): wholeProcess ? "process" : "thread"
    case .tableStore(let address, let width, let value): "\(address) \(width) \(hexadecimal(value))"
    case .tableLinked(let address, let level, let entries, let stores):
      entries.reduce(into: "\(address) \(level) \(stores)") { $0 += " \($1.index)=\(hexadecimal($1.value))" }
    case .tableUnlinked(let address): "\(address)"
    case .rootRetired(let address): "\(address)"
    case .controlRegister(let register, let value): "\(TextWords.name(register)) \(hexadecimal(value))"
    case .invalidatePage(let address): "\(address)"
    case .invalidateContext(let type, let pcid, let address): "\(type) \(pcid) \(address)"
    case .pageFault(let address, let code, let privilege, let instruction):
      "\(address) \(orUnknown(code)) \(orUnknown(privilege)) \(orUnknown(instruction))"
    case .memorySlot(let address, let length, let isDevice):
      "\(address) \(length) \(isDevice ? "device" : "memory")"
    case .shootdown(let vcpus): hexadecimal(vcpus)
    case .translation(let address, let place): "\(address) \(place)"
    case .phase(let number): "\(number)"
    case .gap(let records): orUnknown(records)
    }
  }

  private static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  private static func orUnknown(_ value: (some CustomStringConvertible)?) -> String {
    value?.description ?? "?"
  }
}

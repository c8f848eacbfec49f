import Addressing
import Traces

/// The text form of Codecs.md, as `reader.py` prints it.
enum TextForm {
  static func lines(_ bytes: [UInt8]) throws -> [String] {
    let reader = try TraceReader(MemorySource(bytes))
    let decoder = BlockDecoder()
    var lines: [String] = []
    while let block = try reader.nextBlock() {
      var records = RecordBlock()
      try decoder.decodeRecords(block, into: &records)
      var position = block.firstRecord
      for item in records.items {
        switch item {
        case .access(let access, let owner):
          let letter = ["I", "L", "S", "M"][Int(access.kind.rawValue)]
          let digits = String(access.address.rawValue, radix: 16)
          let padded = String(repeating: "0", count: 16 - digits.count) + digits
          lines.append("\(position) \(text(owner)) \(letter) \(padded) \(access.size)")
          position += 1
        case .event(let event, let owner):
          let fields = [text(owner), EventKind(event).name] + fields(event)
          lines.append("\(position) " + fields.joined(separator: " "))
        }
      }
    }
    return lines + [TraceSummary.digestText(of: reader.summaries)]
  }

  private static func text(_ owner: Owner) -> String {
    [owner.vm, owner.vcpu, owner.addressSpace, owner.thread].map { $0.map(String.init) ?? "-" }
      .joined(separator: "/")
  }

  private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
  private static func flag(_ value: Bool) -> String { value ? "1" : "0" }

  private static func fields(_ event: Event) -> [String] {
    switch event {
    case .map(let start, let length, let protection, let kind):
      ["\(start)", "\(length)", "\(protection.rawValue)", "\(kind.rawValue)"]
    case .unmap(let start, let length): ["\(start)", "\(length)"]
    case .protect(let start, let length, let protection): ["\(start)", "\(length)", "\(protection.rawValue)"]
    case .remap(let start, let old, let target, let new): ["\(start)", "\(old)", "\(target)", "\(new)"]
    case .programBreak(let end): ["\(end)"]
    case .advise(let start, let length, let advice): ["\(start)", "\(length)", "\(advice.rawValue)"]
    case .clone(let child, let sharesMemory): ["\(child)", flag(sharesMemory)]
    case .exit(let wholeProcess): [flag(wholeProcess)]
    case .tableStore(let place, let width, let value): ["\(place)", "\(width)", hex(value)]
    case .tableLinked(let table, let level, let entries, let stores):
      ["\(table)", "\(level)", "\(stores)"] + entries.map { "\($0.index):\(hex($0.value))" }
    case .tableUnlinked(let table): ["\(table)"]
    case .rootRetired(let root): ["\(root)"]
    case .controlRegister(let register, let value): ["\(register.rawValue)", hex(value)]
    case .invalidatePage(let page): ["\(page)"]
    case .invalidateContext(let type, let pcid, let page): ["\(type)", "\(pcid)", "\(page)"]
    case .pageFault(let place, let code, let privilege, let instruction):
      [
        "\(place)", code.map(String.init) ?? "-", privilege.map(String.init) ?? "-",
        instruction.map(\.description) ?? "-",
      ]
    case .memorySlot(let start, let length, let isDevice): ["\(start)", "\(length)", flag(isDevice)]
    case .shootdown(let vcpus): ["\(vcpus)"]
    case .translation(let page, let place): ["\(page)", "\(place)"]
    case .phase(let number): ["\(number)"]
    case .gap(let records): [records.map(String.init) ?? "-"]
    }
  }
}

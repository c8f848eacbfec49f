import Addressing
import Traces

/// Writes our own readable lines; importing them gives the same records, events and owners.
struct TextExporter: TraceExporter {
  private var owner = Owner.unknown

  var remarks: [String] { [] }

  func begin(comments: [String], into output: inout [UInt8]) {
    for comment in comments { output.append("# \(comment.filter { !$0.isNewline })\n") }
  }

  mutating func append(_ block: RecordBlock, into output: inout [UInt8]) {
    block.forEach { event, owner in
      writeOwner(owner, into: &output)
      output.append("\(EventKind(event).name) \(EventText.operands(event))\n")
    } access: { access, owner in
      writeOwner(owner, into: &output)
      output.append(TextWords.name(access.kind))
      output.append(" 0x")
      output.append(hexadecimal: access.address.rawValue)
      output.append(0x20)
      output.append(decimal: UInt64(access.size))
      output.append(0x0a)
    }
  }

  /// The owner where it changes.
  private mutating func writeOwner(_ new: Owner, into output: inout [UInt8]) {
    if new == owner { return }
    owner = new
    if new == .unknown { output.append("unknown ") }
    for word in OwnerWord.allCases {
      guard let number = word.number(in: new) else { continue }
      output.append(word.name)
      output.append(0x20)
      output.append(decimal: UInt64(number))
      output.append(0x20)
    }
  }
}

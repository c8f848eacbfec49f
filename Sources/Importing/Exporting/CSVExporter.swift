import Addressing
import Traces

/// Writes our own table of comma-separated values; importing it gives the same records, events and owners.
struct CSVExporter: TraceExporter {
  var remarks: [String] { [] }

  func begin(comments: [String], into output: inout [UInt8]) {
    for comment in comments { output.append("# \(comment.filter { !$0.isNewline })\n") }
    output.append(CSVImporter.header + "\n")
  }

  func append(_ block: RecordBlock, into output: inout [UInt8]) {
    block.forEach { event, owner in
      writeOwner(owner, into: &output)
      output.append("\(EventKind(event).name),,,\(EventText.operands(event))\n")
    } access: { access, owner in
      writeOwner(owner, into: &output)
      output.append(TextWords.name(access.kind))
      output.append(",0x")
      output.append(hexadecimal: access.address.rawValue)
      output.append(0x2c)
      output.append(decimal: UInt64(access.size))
      output.append(",\n")
    }
  }

  private func writeOwner(_ owner: Owner, into output: inout [UInt8]) {
    for word in OwnerWord.allCases where word != .unknown {
      if let number = word.number(in: owner) { output.append(decimal: UInt64(number)) }
      output.append(0x2c)
    }
  }
}

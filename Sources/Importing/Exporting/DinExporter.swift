import Addressing
import Traces

/// Writes Dinero's traditional format: every access in order, a modify as one write. Sizes, owners and events have
/// no place in it.
struct DinExporter: TraceExporter {
  private var events: UInt64 = 0
  private var modifies: UInt64 = 0

  var remarks: [String] {
    var result: [String] = []
    if events > 0 {
      result.append("\(events.counting("event was", "events were")) left out: din has no place for them")
    }
    if modifies > 0 {
      result.append(modifies.counting("modify was written as a write", "modifies were written as writes"))
    }
    return result
  }

  /// Nothing: din has no comments.
  func begin(comments: [String], into output: inout [UInt8]) {}

  mutating func append(_ block: RecordBlock, into output: inout [UInt8]) {
    events += UInt64(block.events.count)
    for access in block.accesses {
      switch access.kind {
      case .load: output.append(0x30)
      case .store: output.append(0x31)
      case .fetch: output.append(0x32)
      case .modify:
        output.append(0x31)
        modifies += 1
      }
      output.append(0x20)
      output.append(hexadecimal: access.address.rawValue)
      output.append(0x0a)
    }
  }
}

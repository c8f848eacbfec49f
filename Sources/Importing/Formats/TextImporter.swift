import Addressing
import Traces

/// Reads our own readable lines, in which a trace can be written by hand; Importing.docc/TextFormat.md has the grammar.
struct TextImporter: TraceImporter {
  private var lines: LineReader
  private var owner = Owner.unknown

  init(_ input: ByteInput) { lines = LineReader(input) }

  /// By the first line that is more than a comment, which must be wholly ours.
  static func recognises(_ start: [UInt8]) -> Bool {
    let bytes = start
    var owner = Owner.unknown
    var ignored = RecordBlock()
    var lower = 0
    var hasComments = false
    while lower < bytes.count {
      let end = start[lower...].firstIndex(of: 0x0a) ?? bytes.count
      var fields = TextFields(lower..<end)
      if fields.next(bytes) != nil {
        fields = TextFields(lower..<end)
        do { try read(&fields, bytes, &owner, into: &ignored) } catch { return false }
        return true
      }
      hasComments = hasComments || lower < end
      lower = end + 1
    }
    return hasComments
  }

  var remarks: [String] { [] }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try lines.next() {
      var fields = TextFields(line)
      do {
        try Self.read(&fields, lines.buffer, &owner, into: &block)
      } catch {
        throw lines.malformed(error.index, line.upperBound, expected: error.expected)
      }
    }
    return !block.isEmpty
  }

  /// Reads one line: an owner, then an access or an event, each of which may be missing.
  private static func read(
    _ fields: inout TextFields, _ bytes: [UInt8], _ owner: inout Owner, into block: inout RecordBlock
  ) throws(Malformed) {
    guard var field = fields.next(bytes) else { return }
    var word = OwnerWord(bytes, field)
    if word != nil {
      var named = Owner.unknown
      while let part = word {
        if part != .unknown {
          part.set(try fields.number(bytes, "the number of a \(part.name)", atMost: .max), in: &named)
        }
        guard let next = fields.next(bytes) else {
          owner = named
          return
        }
        field = next
        word = OwnerWord(bytes, field)
      }
      owner = named
    }
    if let kind = TextWords.kind(bytes, field) {
      block.append(try access(kind, &fields, bytes), by: owner)
    } else if let event = try EventText.event(named: bytes.text(field), &fields, bytes) {
      block.append(event, by: owner)
    } else {
      throw Malformed(index: field.lowerBound, expected: "fetch, load, store, modify or an event")
    }
    try fields.expectEnd(bytes)
  }

  /// The address and the size, which may be missing, of an access.
  private static func access(
    _ kind: AccessKind, _ fields: inout TextFields, _ bytes: [UInt8]
  ) throws(Malformed) -> Access {
    let address = VirtualAddress(try fields.number(bytes, "an address"))
    guard address.isCanonical else { throw Malformed(index: fields.at - 1, expected: "a canonical address") }
    var rest = fields
    guard rest.next(bytes) != nil else { return Access(kind, address, size: 0) }
    return Access(
      kind, address, size: try fields.number(bytes, "a size in bytes", atMost: Access.maximumSize))
  }
}

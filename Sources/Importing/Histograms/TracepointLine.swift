/// One event of the Linux kernel's tracer as text: `TASK-PID [CPU] FLAGS TIME: EVENT: FIELDS`, the flags missing in some
/// programs' output, the system before the event's name in others' (`kvm:kvm_exit`) [V, `Documentation/trace/ftrace.rst`,
/// "Output format"].
struct TracepointLine {
  /// Where the event's name stands, without its system.
  let event: Range<Int>
  /// Where its fields stand.
  let fields: Range<Int>

  /// Nil for a line of another shape.
  init?(_ line: Range<Int>, _ bytes: [UInt8]) {
    // The task's name may hold anything, brackets too.
    var at = line.lowerBound
    while true {
      at = bytes.position(of: 0x5b, from: at, before: line.upperBound) + 1
      guard at < line.upperBound else { return nil }
      guard bytes.decimal(&at, line.upperBound) != nil, bytes.skip("] ", &at, line.upperBound) else {
        continue
      }
      var word = Self.word(&at, line, bytes)
      // Flags: letters, digits and dots, without a colon.
      if let flags = word, bytes[flags.upperBound - 1] != 0x3a { word = Self.word(&at, line, bytes) }
      guard let time = word, bytes[time.lowerBound] &- 0x30 < 10, bytes[time.upperBound - 1] == 0x3a,
        let name = Self.word(&at, line, bytes), name.count > 1, bytes[name.upperBound - 1] == 0x3a
      else { continue }
      let end = name.upperBound - 1
      let system = (name.lowerBound..<end).first { bytes[$0] == 0x3a }
      event = (system.map { $0 + 1 } ?? name.lowerBound)..<end
      fields = at..<line.upperBound
      return
    }
  }

  /// The hexadecimal number, with or without `0x`, in the field behind a name.
  func hexadecimal(_ name: StaticString, _ bytes: [UInt8]) throws(Malformed) -> UInt64 {
    var at = fields.lowerBound
    while let word = Self.word(&at, fields, bytes) {
      guard word.count == name.utf8CodeUnitCount, bytes.matches(name, word.lowerBound, word.upperBound) else {
        continue
      }
      guard let value = Self.word(&at, fields, bytes) else { break }
      var place = value.lowerBound
      _ = bytes.skip("0x", &place, value.upperBound)
      guard let number = bytes.hexadecimal(&place, value.upperBound), place == value.upperBound else {
        throw Malformed(index: value.lowerBound, expected: "a hexadecimal number behind \(name)")
      }
      return number
    }
    throw Malformed(index: fields.lowerBound, expected: "a field \(name)")
  }

  /// The word behind a name, or nil.
  func text(_ name: StaticString, _ bytes: [UInt8]) -> Range<Int>? {
    var at = fields.lowerBound
    while let word = Self.word(&at, fields, bytes) {
      if word.count == name.utf8CodeUnitCount, bytes.matches(name, word.lowerBound, word.upperBound) {
        return Self.word(&at, fields, bytes)
      }
    }
    return nil
  }

  /// The next word between blanks.
  private static func word(_ at: inout Int, _ line: Range<Int>, _ bytes: [UInt8]) -> Range<Int>? {
    bytes.skipBlanks(&at, line.upperBound)
    let start = at
    while at < line.upperBound, bytes[at] > 0x20 { at += 1 }
    return at > start ? start..<at : nil
  }
}

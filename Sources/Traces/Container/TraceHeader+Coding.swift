/// The header's payload: the format's name, versions, then fields (`Container.md`, "Header").
extension TraceHeader {
  private static let signature = Array("Pagewalk trace\n".utf8)

  /// The known fields. A reader that does not know an odd one must refuse the trace; even ones it may skip.
  private enum Field: UInt64 {
    case addressKind = 1
    case scope = 3
    case recorder = 2
    case command = 4
    case note = 6
    case sourceDigest = 8
    case skipped = 10
    case kept = 12
  }

  func encoded() throws(TraceError.Problem) -> [UInt8] {
    let needed: UInt8 = kept == .all ? 0 : 1
    var bytes = Self.signature + [majorVersion, max(minorVersion, needed)]
    func append(_ field: Field, _ contents: [UInt8]) throws(TraceError.Problem) {
      guard contents.count <= TraceFormat.maximumTextSize else {
        throw .overLimit(
          "a text of the header", value: UInt64(contents.count), limit: UInt64(TraceFormat.maximumTextSize))
      }
      bytes.appendVarint(field.rawValue)
      bytes.appendVarint(UInt64(contents.count))
      bytes += contents
    }
    try append(.addressKind, [addressKind.rawValue])
    try append(.scope, [scope.rawValue])
    if !recorder.isEmpty { try append(.recorder, Array(recorder.utf8)) }
    if !command.isEmpty { try append(.command, Array(command.utf8)) }
    if !note.isEmpty { try append(.note, Array(note.utf8)) }
    if let sourceDigest { try append(.sourceDigest, Array(sourceDigest.utf8)) }
    if skipped > 0 {
      var number: [UInt8] = []
      number.appendVarint(skipped)
      try append(.skipped, number)
    }
    if kept != .all { try append(.kept, [kept.rawValue]) }
    return bytes
  }

  init(decoding bytes: [UInt8]) throws(TraceError.Problem) {
    var cursor = ByteCursor(bytes)
    guard bytes.starts(with: Self.signature) else { throw .notATrace }
    _ = try cursor.take(Self.signature.count)
    self.init()
    majorVersion = try cursor.byte()
    minorVersion = try cursor.byte()
    guard majorVersion == TraceFormat.majorVersion else { throw .unsupportedVersion(majorVersion) }
    var seen: Set<UInt64> = []
    while !cursor.isAtEnd {
      let tag = try cursor.varint()
      let size = try cursor.varint(upTo: TraceFormat.maximumTextSize, "a field of the header")
      let contents = Array(try cursor.take(size))
      guard seen.insert(tag).inserted else { throw .illegal("header field \(tag) stands twice") }
      try setField(tag, contents)
    }
    for field in [Field.addressKind, .scope] where !seen.contains(field.rawValue) {
      throw .illegal("header field \(field.rawValue) is missing")
    }
  }

  private mutating func setField(_ tag: UInt64, _ contents: [UInt8]) throws(TraceError.Problem) {
    var cursor = ByteCursor(contents)
    func text() throws(TraceError.Problem) -> String {
      guard let text = String(validating: contents, as: UTF8.self) else {
        throw .illegal("header field \(tag) is not UTF-8")
      }
      return text
    }
    switch Field(rawValue: tag) {
    case .addressKind:
      guard let kind = AddressKind(rawValue: try cursor.byte()) else {
        throw .unknownFeature("an address kind")
      }
      addressKind = kind
      try cursor.requireEnd("the address kind")
    case .scope:
      guard let scope = Scope(rawValue: try cursor.byte()) else { throw .unknownFeature("a scope") }
      self.scope = scope
      try cursor.requireEnd("the scope")
    case .recorder: recorder = try text()
    case .command: command = try text()
    case .note: note = try text()
    case .sourceDigest: sourceDigest = try text()
    case .skipped:
      skipped = try cursor.varint()
      try cursor.requireEnd("the number of skipped records")
    case .kept:
      guard let kept = Kept(rawValue: try cursor.byte()) else {
        throw .unknownFeature("a choice of accesses")
      }
      self.kept = kept
      try cursor.requireEnd("the choice of accesses")
    case nil:
      if tag & 1 == 1 { throw .unknownFeature("header field \(tag)") }
    }
  }
}

import Addressing

/// The words of the text form for values that are not numbers.
enum TextWords {
  static func name(_ kind: AccessKind) -> StaticString {
    switch kind {
    case .fetch: "fetch"
    case .load: "load"
    case .store: "store"
    case .modify: "modify"
    }
  }

  /// The kind of access with the name that these bytes spell, or nil.
  static func kind(_ bytes: [UInt8], _ field: Range<Int>) -> AccessKind? {
    let kind: AccessKind
    switch bytes[field.lowerBound] {
    case 0x66: kind = .fetch
    case 0x6c: kind = .load
    case 0x73: kind = .store
    case 0x6d: kind = .modify
    default: return nil
    }
    let name = name(kind)
    guard name.utf8CodeUnitCount == field.count, bytes.matches(name, field.lowerBound, field.upperBound)
    else {
      return nil
    }
    return kind
  }

  /// `rwx` with `-` for what is missing.
  static func name(_ protection: Protection) -> String {
    (protection.contains(.read) ? "r" : "-") + (protection.contains(.write) ? "w" : "-")
      + (protection.contains(.execute) ? "x" : "-")
  }

  /// Any of the letters r, w and x, in this order; `-` stands for nothing.
  static func protection(_ word: String) -> Protection? {
    let letters = word.filter { $0 != "-" }
    guard !word.isEmpty, word.count <= 3 else { return nil }
    return (0..<8).map(Protection.init(rawValue:)).first { name($0).filter { $0 != "-" } == letters }
  }

  static func name(_ kind: MappingKind) -> String {
    switch kind {
    case .anonymous: "anonymous"
    case .file: "file"
    case .shared: "shared"
    case .stack: "stack"
    case .huge2M: "huge-2M"
    case .huge1G: "huge-1G"
    }
  }

  static func mappingKind(_ word: String) -> MappingKind? { MappingKind.allCases.first { name($0) == word } }

  static func name(_ advice: Advice) -> String {
    switch advice {
    case .discard: "discard"
    case .free: "free"
    case .hugePages: "huge-pages"
    case .noHugePages: "no-huge-pages"
    }
  }

  static func advice(_ word: String) -> Advice? { Advice.allCases.first { name($0) == word } }

  static func name(_ register: ControlRegister) -> String {
    switch register {
    case .cr0: "cr0"
    case .cr3: "cr3"
    case .cr4: "cr4"
    case .efer: "efer"
    }
  }

  static func controlRegister(_ word: String) -> ControlRegister? {
    ControlRegister.allCases.first { name($0) == word }
  }
}

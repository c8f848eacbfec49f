/// What one gzip member of a trace holds. The raw values are those of the file.
enum MemberKind: UInt8 {
  case header = 1
  case checkpoint = 2
  case events = 3
  case offsets = 4
  case block = 5
  case index = 6
  case footer = 7
  /// Kinds from here on may be skipped by readers that do not know them.
  static let firstOptional: UInt8 = 128
}

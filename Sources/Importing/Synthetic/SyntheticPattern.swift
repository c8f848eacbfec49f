/// One way in which a made-up program uses its memory, without end. To add one: a type of its own in a file of its
/// own, and its line in ``SyntheticWorkload``.
protocol SyntheticPattern {
  /// What the program does, in a line.
  static var summary: String { get }
  /// The settings that it uses beside those that all use.
  static var settings: [SyntheticSetting] { get }
  /// The memory it uses unless told otherwise. In bytes.
  static var footprint: UInt64 { get }

  /// - Parameters:
  ///   - settings: Within their bounds.
  ///   - seed: Of everything that is drawn.
  init(_ settings: SyntheticSettings, seed: UInt64)

  /// What the program does before its first step: maps the memory that it keeps.
  func begin(_ program: inout SyntheticProgram)

  /// One step: at least one access.
  mutating func step(_ program: inout SyntheticProgram)
}

extension SyntheticPattern {
  static var settings: [SyntheticSetting] { [] }
  static var footprint: UInt64 { 64 << 20 }

  func begin(_ program: inout SyntheticProgram) { program.map(offset: 0, length: program.footprint) }
}

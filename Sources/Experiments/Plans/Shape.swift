/// Entries and ways of a cache as a plan gives them: not yet checked, so that constraints can sort out what no cache
/// can have.
struct Shape: Hashable {
  enum Part: String, CaseIterable {
    case entries
    case ways
  }

  var entries: String
  /// Nil is fully associative.
  var ways: String?

  /// Reads `1536x12` or `32fa`; nil for anything else, `off` included.
  init?(_ text: String) {
    if text.hasSuffix("fa") {
      self.init(entries: String(text.dropLast(2)), ways: nil)
      return
    }
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    self.init(entries: String(parts[0]), ways: String(parts[1]))
  }

  init(entries: String, ways: String?) {
    self.entries = entries
    self.ways = ways
  }

  /// The way machines spell it.
  var text: String { ways.map { "\(entries)x\($0)" } ?? "\(entries)fa" }

  subscript(part: Part) -> String {
    switch part {
    case .entries: entries
    case .ways: ways ?? entries
    }
  }
}

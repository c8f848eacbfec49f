extension BinaryInteger {
  /// The number with what it counts, for people: `1 block`, `2 blocks`, `1 event was`, `2 events were`.
  ///
  /// - Parameters:
  ///   - one: What one is called.
  ///   - many: What several or none are called; by default `one` with an s.
  ///   - digits: The number as it is to be written; plain by default.
  public func counting(_ one: String, _ many: String? = nil, digits: String? = nil) -> String {
    "\(digits ?? String(self)) \(self == 1 ? one : many ?? one + "s")"
  }
}

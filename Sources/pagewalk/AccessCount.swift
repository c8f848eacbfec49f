import ArgumentParser

/// A number of accesses on the command line.
enum AccessCount {
  /// - Throws: Which form it has, for the parser of the command line to say of which option.
  static func parse(_ text: String) throws -> UInt64 {
    guard let count = UInt64(text) else {
      throw ValidationError("write a number of accesses in full, as 10000")
    }
    return count
  }
}

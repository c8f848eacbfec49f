import Addressing
import ArgumentParser

extension AccessCount {
  /// A number of accesses on the command line.
  ///
  /// - Throws: Which form it has, for the parser of the command line to say of which option.
  static func parse(_ text: String) throws -> UInt64 {
    guard let count = number(text) else {
      throw ValidationError("write a number of accesses, as 10000, 10k, 2.5M or 1G")
    }
    return count
  }
}

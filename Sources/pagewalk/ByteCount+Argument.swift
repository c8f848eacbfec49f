import ArgumentParser
import Machines

extension ByteCount {
  /// An amount of memory on the command line.
  ///
  /// - Throws: Which form it has, for the parser of the command line to say of which option.
  init(argument: String) throws {
    guard let count = ByteCount(parsing: argument) else {
      throw ValidationError("write a whole amount of memory, as 4096, 64K, 1536M or 2G")
    }
    self = count
  }
}

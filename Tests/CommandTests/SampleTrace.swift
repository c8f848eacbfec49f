import Foundation
import Testing

/// A small trace of two machines, made by the tool once for all tests.
enum SampleTrace {
  /// The text that it is made from: a thousand accesses with every kind of record.
  static let text =
    """
    vm 0 process 1 map 0x10000 4M rw- anonymous
    vm 1 process 1 map 0x10000 4M rw- anonymous
    vm 1 process 1 map 0x8000000 64K rw- anonymous

    """
    + (0..<1000).map { number in
      let kind = ["fetch", "load", "store", "modify", "load"][number % 5]
      let event = number == 500 ? "vm 1 process 1 unmap 0x8000000 64K\n" : ""
      return event + "vm \(number / 100 % 2) process 1 \(kind) \(0x10000 + number * 7919 % 0x3F_0000) 8\n"
    }.joined()

  static func bytes() throws -> Data { try made.get() }

  private static let made = Result {
    let tool = try Tool()
    try tool.write(text, "sample.txt")
    let outcome = try tool("import", "sample.txt", "-o", "t.pwt")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return try tool.read("t.pwt")
  }
}

import Glibc

/// The two ends of a pipe or a socket; programs that are started do not inherit them.
public struct DescriptorPair: Sendable {
  /// Where bytes are read; of a socket, either end serves for both.
  public let reading: Int32
  public let writing: Int32

  /// A pipe.
  public init() throws(ImportError) {
    try self.init { pipe(&$0) }
  }

  /// Two sockets joined: writing to one whose peer is gone can then be an error instead of a signal.
  static func sockets() throws(ImportError) -> DescriptorPair {
    try DescriptorPair { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &$0) }
  }

  private init(_ make: (inout [Int32]) -> Int32) throws(ImportError) {
    var ends: [Int32] = [0, 0]
    guard make(&ends) == 0 else {
      throw .unreadable(file: "pipe", reason: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}

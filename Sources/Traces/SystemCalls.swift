import Glibc

/// The operating system's text for an `errno`.
func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

/// Calls that may be interrupted by signals, repeated until they are not.
enum SystemCalls {
  static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Result<Int, Errno> {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return .success(count) }
      if errno != EINTR { return .failure(Errno(code: errno)) }
    }
  }

  static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Result<Int, Errno> {
    while true {
      let count = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return .success(count) }
      if errno != EINTR { return .failure(Errno(code: errno)) }
    }
  }

  /// An `errno` as an error.
  struct Errno: Error {
    var code: Int32
  }
}

import Glibc

/// Where a writer puts its bytes: in order, never going back, so that pipes will do.
public protocol ByteSink: AnyObject {
  /// What messages call it.
  var name: String { get }
  func write(_ bytes: [UInt8]) throws(TraceError)
}

/// A sink over an open file descriptor, which the caller closes.
public final class FileSink: ByteSink {
  public let name: String
  private let descriptor: Int32

  public init(fileDescriptor: Int32, name: String) {
    descriptor = fileDescriptor
    self.name = name
  }

  public func write(_ bytes: [UInt8]) throws(TraceError) {
    let failure: SystemCalls.Errno? = bytes.withUnsafeBytes { buffer in
      var rest = buffer
      while !rest.isEmpty {
        switch SystemCalls.write(descriptor, rest) {
        case .success(let count): rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        case .failure(let error): return error
        }
      }
      return nil
    }
    if let failure { throw TraceError(.system(operation: "write", code: failure.code), file: name) }
  }
}

/// A sink in memory.
public final class MemorySink: ByteSink {
  public let name: String
  public private(set) var bytes: [UInt8] = []

  public init(name: String = "memory") { self.name = name }

  public func write(_ bytes: [UInt8]) throws(TraceError) { self.bytes += bytes }
}

import Glibc

/// Where a reader gets its bytes: in order, never going back, so that pipes will do.
public protocol ByteSource: AnyObject {
  /// What messages call it.
  var name: String { get }
  /// Reads up to `count` bytes, at least one unless at the end.
  func read(upTo count: Int) throws(TraceError) -> [UInt8]
}

/// A source over a file descriptor.
public final class FileSource: ByteSource {
  public let name: String
  private let descriptor: Int32
  private let closesAtEnd: Bool

  /// Reads an open descriptor, which the caller closes.
  public init(fileDescriptor: Int32, name: String) {
    descriptor = fileDescriptor
    self.name = name
    closesAtEnd = false
  }

  /// Opens a file for reading.
  public init(path: String) throws(TraceError) {
    name = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    closesAtEnd = true
    guard descriptor >= 0 else { throw TraceError(.system(operation: "open", code: errno), file: path) }
  }

  deinit {
    if closesAtEnd && descriptor >= 0 { close(descriptor) }
  }

  public func read(upTo count: Int) throws(TraceError) -> [UInt8] {
    var failure: SystemCalls.Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      switch SystemCalls.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer)) {
      case .success(let read): filled = read
      case .failure(let error): failure = error
      }
    }
    if let failure { throw TraceError(.system(operation: "read", code: failure.code), file: name) }
    return bytes
  }
}

/// A source in memory.
public final class MemorySource: ByteSource {
  public let name: String
  private let bytes: [UInt8]
  private var position = 0

  public init(_ bytes: [UInt8], name: String = "memory") {
    self.bytes = bytes
    self.name = name
  }

  public func read(upTo count: Int) throws(TraceError) -> [UInt8] {
    let end = min(bytes.count, position + count)
    defer { position = end }
    return [UInt8](bytes[position..<end])
  }
}

import Glibc
import Traces

/// A stream of bytes from a file, a pipe or memory.
public final class ByteInput {
  /// What messages call it.
  public let name: String
  private var source: Source
  /// Bytes looked at, not yet read.
  private var ahead: [UInt8] = []
  /// The program that unpacks the stream; its outcome is checked at the end.
  private var unpacker: Unpacker?
  /// The program that writes the stream. Its children may hold the other end open, so its end ends the stream.
  private var writer: ChildProcess?

  private enum Source {
    case descriptor(Int32)
    case memory([UInt8], read: Int)
    case packed(any PackedStream)
    case ended
  }

  /// Reads what is in memory.
  public init(_ bytes: [UInt8], name: String) {
    self.name = name
    source = .memory(bytes, read: 0)
  }

  /// Reads an open descriptor to its end, and closes it.
  public init(descriptor: Int32, name: String) {
    self.name = name
    source = .descriptor(descriptor)
  }

  /// Reads what a program writes to a pipe, until it has ended and the pipe is empty.
  public convenience init(pipe descriptor: Int32, from writer: ChildProcess, name: String) {
    self.init(descriptor: descriptor, name: name)
    self.writer = writer
  }

  /// Opens a file, or standard input where the path is `-`, and unpacks what is packed (``Packing``) by its
  /// first bytes.
  public static func open(_ path: String) throws(ImportError) -> ByteInput {
    let plain: ByteInput
    if path == "-" {
      plain = ByteInput(descriptor: fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0), name: "standard input")
    } else {
      let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
      plain = ByteInput(descriptor: descriptor, name: path)
    }
    let start = try plain.peek(512)
    if start.isEmpty { throw .empty(file: plain.name) }
    if Packing.isOwnTrace(start) { throw .alreadyATrace(file: plain.name) }
    guard let packing = Packing(start) else { return plain }
    return try plain.unpacked(by: packing)
  }

  /// The SHA-256 of files as they are, packed or not, one behind the other, as `sha256:` and digits; nil where one can be
  /// read once only.
  public static func digest(of paths: [String]) throws(ImportError) -> String? {
    var hasher = SHA256()
    for path in paths {
      var status = stat()
      guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
      let input = ByteInput(descriptor: descriptor, name: path)
      let mapped = MappedBytes.forEachStretch(of: descriptor, count: status.st_size) { hasher.update($0) }
      lseek(descriptor, mapped, SEEK_SET)
      var buffer = [UInt8](repeating: 0, count: longestRead)
      while case let got = try input.read(into: &buffer, from: 0), got > 0 {
        hasher.update(buffer.span.bytes.extracting(first: got))
      }
    }
    return "sha256:" + SHA256.hexadecimal(hasher.finish())
  }

  deinit {
    if case .descriptor(let descriptor) = source { close(descriptor) }
  }

  private func unpacked(by packing: Packing) throws(ImportError) -> ByteInput {
    switch packing.method {
    case .program(let program, let package): try unpacked(by: program, package: package)
    case .stream(let make): ByteInput(unpacking: make(self), name: name)
    }
  }

  /// Reads what a stream unpacks.
  convenience init(unpacking stream: any PackedStream, name: String) {
    self.init([], name: name)
    source = .packed(stream)
  }

  private func unpacked(by program: String, package: String) throws(ImportError) -> ByteInput {
    // A short stream has been read to its end, and its descriptor closed, by looking at its start.
    var descriptor: Int32?
    if case .descriptor(let open) = source { descriptor = open }
    let unpacker = try Unpacker(
      program: program, package: package, descriptor: descriptor, ahead: ahead, name: name)
    source = .ended
    let result = ByteInput(descriptor: unpacker.output, name: name)
    result.unpacker = unpacker
    return result
  }

  /// The first bytes not yet read, at most `count` of them; fewer only where the stream ends.
  public func peek(_ count: Int) throws(ImportError) -> [UInt8] {
    var more = [UInt8](repeating: 0, count: count)
    while ahead.count < count {
      let got = try readSource(into: &more, at: 0, upTo: count - ahead.count)
      if got == 0 { break }
      ahead += more[..<got]
    }
    return Array(ahead.prefix(count))
  }

  /// The most that is read at once. Four times as much takes a third longer, for it leaves the second-level cache before
  /// it is looked at. In bytes.
  private static let longestRead = 1 << 16

  /// Reads to `buffer`, from `start` on, not beyond its end; the number of bytes read, 0 only at the end of the stream.
  public func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    guard ahead.isEmpty else {
      let count = min(ahead.count, buffer.count - start)
      buffer.replaceSubrange(start..<start + count, with: ahead[..<count])
      ahead.removeFirst(count)
      return count
    }
    return try readSource(into: &buffer, at: start, upTo: min(buffer.count - start, Self.longestRead))
  }

  /// Throws away some of what comes within so many milliseconds; false where nothing came, be it that the stream has ended.
  public func discard(within milliseconds: Int32) -> Bool {
    ahead = []
    guard case .descriptor(let descriptor) = source else { return false }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: Self.longestRead)
    let got = try? readSource(into: &buffer, at: 0, upTo: buffer.count)
    return got ?? 0 > 0
  }

  private func readSource(into buffer: inout [UInt8], at start: Int, upTo limit: Int) throws(ImportError)
    -> Int
  {
    switch source {
    case .ended:
      return 0
    case .memory(let bytes, let read):
      let count = min(limit, bytes.count - read)
      buffer.replaceSubrange(start..<start + count, with: bytes[read..<read + count])
      source = .memory(bytes, read: read + count)
      return count
    case .packed(let stream):
      return try stream.read(into: &buffer, at: start, upTo: limit)
    case .descriptor(let descriptor):
      let got =
        hasBytes(descriptor)
        ? buffer.withUnsafeMutableBytes { bytes in
          retryingOnSignals { Glibc.read(descriptor, bytes.baseAddress! + start, limit) }
        } : 0
      guard got >= 0 else {
        throw errno == EISDIR
          ? .isDirectory(file: name) : .unreadable(file: name, reason: String(cString: strerror(errno)))
      }
      if got == 0 {
        close(descriptor)
        source = .ended
        try unpacker?.checkOutcome()
      }
      return got
    }
  }
}

extension ByteInput {
  /// Waits until there is something to read, be it the end; false where the writer has ended and left nothing.
  ///
  /// A writer of short lines is given two milliseconds to pile some up: to be woken for each of them took most of
  /// the time of both processes.
  private func hasBytes(_ descriptor: Int32) -> Bool {
    guard let writer else { return true }
    while true {
      let writerHasEnded = writer.hasEnded
      if !writerHasEnded { usleep(2000) }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, writerHasEnded ? 0 : 100) > 0 { return true }
      if writerHasEnded { return false }
    }
  }
}

/// Repeats a system call that a signal interrupted.
func retryingOnSignals(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

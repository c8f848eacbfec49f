import Dispatch
import Glibc

/// A child process that unpacks a stream, fed with what has been read of it already and then from its descriptor.
struct Unpacker {
  /// Where the unpacked bytes are read; whoever reads closes it.
  let output: Int32
  private let child: ChildProcess
  private let program: String
  private let name: String

  /// - Parameters:
  ///   - program: the program, which is called with `-d -c -q`.
  ///   - package: the Debian package that holds it.
  ///   - descriptor: the rest of the stream, closed at its end; nil where `ahead` is all of it. Still the caller's where
  ///     the program cannot be started.
  ///   - ahead: what has been read of the stream.
  init(
    program: String, package: String, descriptor: Int32?, ahead: [UInt8], name: String
  ) throws(ImportError) {
    // A socket and not a pipe: writing to a program that has given up is then an error and not a signal.
    let feed = try DescriptorPair.sockets()
    defer { close(feed.reading) }
    let drain: DescriptorPair
    do { drain = try DescriptorPair() } catch {
      close(feed.writing)
      throw error
    }
    defer { close(drain.writing) }
    do {
      child = try ChildProcess(
        [program, "-d", "-c", "-q"],
        descriptors: [(feed.reading, STDIN_FILENO), (drain.writing, STDOUT_FILENO)])
    } catch {
      close(feed.writing)
      close(drain.reading)
      throw error.isMissing
        ? .programMissing(program: program, package: package, purpose: "unpack \(name)")
        : .unreadable(file: name, reason: "\(program): \(error.reason)")
    }
    output = drain.reading
    self.program = program
    self.name = name
    let socket = feed.writing
    DispatchQueue.global().async {
      Self.pump(from: descriptor, startingWith: ahead, to: socket)
      close(socket)
      if let descriptor { close(descriptor) }
    }
  }

  private static func pump(from descriptor: Int32?, startingWith ahead: [UInt8], to socket: Int32) {
    guard send(ahead[...], to: socket), let descriptor else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = buffer.withUnsafeMutableBytes { bytes in
        retryingOnSignals { read(descriptor, bytes.baseAddress!, bytes.count) }
      }
      guard got > 0, send(buffer[..<got], to: socket) else { return }
    }
  }

  private static func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { bytes in
        retryingOnSignals { Glibc.send(socket, bytes.baseAddress!, bytes.count, Int32(MSG_NOSIGNAL)) }
      }
      guard sent > 0 else { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }

  /// Called when the unpacked bytes have ended: fails unless the program ended well.
  func checkOutcome() throws(ImportError) {
    let outcome = child.wait()
    guard outcome == .exited(0) else {
      throw .unpackingFailed(file: name, program: program, outcome: outcome.description)
    }
  }
}

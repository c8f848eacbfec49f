import CZlib

/// Inflates raw deflate streams (RFC 1951) piece by piece, in constant memory, one after the other with one zlib state.
public final class StreamInflater {
  /// One step of inflating.
  public struct Step: Sendable {
    /// Bytes of the input used up.
    public var taken: Int
    /// Bytes of output written.
    public var given: Int
    /// Whether the stream has ended, behind the bytes taken.
    public var isEnd: Bool
  }

  private let stream: UnsafeMutablePointer<z_stream>

  public init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib could not allocate its state")
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Begins another stream.
  public func restart() { inflateReset(stream) }

  /// Inflates some of a range of `input` into a range of `output`, as much as fits; nil where the stream is not valid.
  ///
  /// A step that neither takes nor gives anything, and is not the end, needs more input, or more room.
  public func inflate(
    _ input: [UInt8], _ inputRange: Range<Int>, into output: inout [UInt8], _ outputRange: Range<Int>
  ) -> Step? {
    precondition(input.indices.contains(inputRange) && output.indices.contains(outputRange))
    return input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + inputRange.lowerBound)
        stream.pointee.avail_in = UInt32(inputRange.count)
        stream.pointee.next_out = output.baseAddress! + outputRange.lowerBound
        stream.pointee.avail_out = UInt32(outputRange.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else { return nil }
        return Step(
          taken: inputRange.count - Int(stream.pointee.avail_in),
          given: outputRange.count - Int(stream.pointee.avail_out), isEnd: status == Z_STREAM_END)
      }
    }
  }
}

import CZlib

/// Inflates members into memory that the caller keeps, with one zlib state for all.
final class Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
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

  /// Inflates the first `compressedSize` bytes of `body` into exactly the bytes of `output`; false where the
  /// deflate stream is not valid, or is of another size on either side.
  func inflate(_ body: [UInt8], compressedSize: Int, into output: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    precondition(compressedSize <= body.count)
    inflateReset(stream)
    return body.withUnsafeBufferPointer { input in
      var nothing: UInt8 = 0
      return withUnsafeMutablePointer(to: &nothing) { nothing in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(compressedSize)
        stream.pointee.next_out = output.baseAddress ?? nothing
        stream.pointee.avail_out = UInt32(output.count)
        let status = CZlib.inflate(stream, Z_FINISH)
        return status == Z_STREAM_END && stream.pointee.avail_in == 0 && stream.pointee.avail_out == 0
      }
    }
  }
}

import CDeflate

/// Inflates members, one whole raw deflate stream each (RFC 1951), with one state for all, into memory that the caller
/// keeps.
///
/// By libdeflate, which takes 0.4 to 0.5 of the time of zlib on recorded traces.
final class Inflater {
  private let decompressor: OpaquePointer

  init() {
    guard let decompressor = libdeflate_alloc_decompressor() else {
      preconditionFailure("libdeflate could not allocate its state")
    }
    self.decompressor = decompressor
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Inflates the first `compressedSize` bytes of `body` into exactly the bytes of `output`; false where the
  /// deflate stream is not valid, or is of another size on either side.
  func inflate(_ body: [UInt8], compressedSize: Int, into output: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    precondition(compressedSize <= body.count)
    var nothing: UInt8 = 0
    var taken = 0
    // Where no place is named for the size that came out, another size than that of the output is an error.
    let result = body.withUnsafeBytes { input in
      withUnsafeMutablePointer(to: &nothing) { nothing in
        libdeflate_deflate_decompress_ex(
          decompressor, input.baseAddress, compressedSize, output.baseAddress ?? nothing, output.count,
          &taken, nil)
      }
    }
    return result == LIBDEFLATE_SUCCESS && taken == compressedSize
  }
}

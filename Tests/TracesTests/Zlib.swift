import CZlib

/// What the tests take from zlib directly.
enum Zlib {
  /// The payload of a raw deflate stream.
  static func inflate(_ stream: [UInt8], _ size: Int) -> [UInt8] {
    var input = stream
    var output = [UInt8](repeating: 0, count: size + 1)
    var state = z_stream()
    inflateInit2_(&state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&state) }
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        state.next_in = input.baseAddress
        state.avail_in = UInt32(input.count)
        state.next_out = output.baseAddress
        state.avail_out = UInt32(output.count)
        _ = CZlib.inflate(&state, Z_FINISH)
      }
    }
    return Array(output[..<size])
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

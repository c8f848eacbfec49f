/// Bytes unpacked by us as they are read, in constant memory.
protocol PackedStream: AnyObject {
  /// Reads up to `limit` bytes into the buffer from `start` on; the number of bytes read, 0 only at the end of the
  /// stream, which has then been checked.
  func read(into buffer: inout [UInt8], at start: Int, upTo limit: Int) throws(ImportError) -> Int
}

/// Streams written by hand, as recorder/STREAM.md says.
struct GuestStreamBytes {
  var bytes: [UInt8] = []

  static let end: [UInt64] = [9, 0, 2, 0]

  /// A record: tag, a, b, c, d.
  mutating func put(_ tag: UInt8, _ a: UInt8 = 0, _ b: UInt16 = 0, _ c: UInt32 = 0, _ d: UInt64 = 0) {
    bytes += [tag, a]
    append(UInt64(b), bytes: 2)
    append(UInt64(c), bytes: 4)
    append(d, bytes: 8)
  }

  mutating func pair(_ first: UInt64, _ second: UInt64) {
    append(first, bytes: 8)
    append(second, bytes: 8)
  }

  mutating func sizes(_ sizes: [UInt8]) {
    bytes += sizes + [UInt8](repeating: 0, count: (16 - sizes.count % 16) % 16)
  }

  mutating func header() { put(1, 2, 1, 0x5347_5750, 1 << 29) }

  mutating func finish(reason: UInt8 = 0, status: UInt16 = 0, _ counts: [UInt64] = Self.end) {
    put(0x1b, reason, status)
    pair(counts[0], counts[1])
    pair(counts[2], counts[3])
  }

  private mutating func append(_ number: UInt64, bytes count: Int) {
    for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
  }

  /// A user block of three instructions that faults in its second, the kernel's handler, and the block's rest.
  static let sample: GuestStreamBytes = {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(0x18, 0, 0, 1 << 17, 0)
    stream.put(0x11, 1, 1, 0x77, 5)
    stream.pair(3, 0x9067)
    stream.put(0x14, 3, 0xffff, 0, 0x5000)
    stream.put(2, 0, 3, 9, 0x40_1000)
    stream.sizes([4, 3, 2])
    stream.put(3)
    stream.put(5, 3, 0, 8, 0x7fff_0008)
    stream.put(4, 0, 2)
    stream.put(2, 1, 2, 0x100, 0xffff_ffff_8100_0000)
    stream.sizes([1, 1])
    stream.put(3, 0, 0, 1)
    stream.put(0x17, 3, 1, 6, 0x6000)
    stream.pair(0x40_1004, 0)
    stream.put(5, 3, 0, 0x1234, 0xffff_8880_0000_0018)
    stream.put(6, 3, 0, 0x1234, 0xffff_8880_0000_0018)
    stream.put(0x10, 8 + 16, 24, 0x77, 0xa067)
    stream.put(0x15, 0, 1, 0, 0x6000)
    stream.put(3)
    stream.put(0x1a, 0, 2, 5)
    stream.finish(status: 7)
    return stream
  }()
}

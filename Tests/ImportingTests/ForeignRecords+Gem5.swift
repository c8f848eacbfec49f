/// gem5's packet traces, written by hand from the descriptions of the wire format and of `packet.proto`.
extension ForeignRecords {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value % 128) + 128] + varint(value / 128)
  }

  /// A field that is a number.
  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number * 8) + varint(value) }

  /// A field that is bytes.
  static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] { varint(number * 8 + 2) + message(value) }

  /// Bytes behind their length.
  static func message(_ bytes: [UInt8]) -> [UInt8] { varint(UInt64(bytes.count)) + bytes }

  static var gem5Header: [UInt8] {
    let requestor: [UInt8] = field(1, 0) + field(2, Array("cpu.data".utf8))
    var fields: [UInt8] = field(1, Array("system.monitor".utf8))
    fields += field(3, 1_000_000_000_000)
    fields += field(4, requestor)
    return Array("gem5".utf8) + message(fields)
  }

  static func gem5Packet(
    _ command: UInt64, _ address: UInt64, _ size: UInt64, flags: UInt64? = nil
  ) -> [UInt8] {
    var fields = field(1, 500) + field(2, command)
    fields += field(3, address) + field(4, size)
    if let flags { fields += field(5, flags) }
    fields += field(6, 1 << 40) + field(7, 0x40_1000)
    return message(fields)
  }

  /// A header and packets, together ``loopLength`` records.
  static var gem5Trace: [UInt8] {
    var bytes = gem5Header
    for number in 0..<UInt64(loopLength - 1) {
      let command: UInt64 = number % 3 == 0 ? 4 : 1
      bytes += gem5Packet(command, 0x8000_0000 + number * 4096, 64, flags: number % 2 * 0x100)
    }
    return bytes
  }
}

import Addressing
import Traces

/// Reads gem5's packet traces, as its `MemTraceProbe` and `CommMonitor` write them: the requests to read and write that
/// passed a port, with addresses that the simulated machine calls physical.
///
/// After the four bytes `gem5` come messages of Protocol Buffers, each behind its length as a varint: a `PacketHeader`,
/// then a `Packet` for each request [V, `src/proto/protoio.cc` and `packet.proto` of gem5]. ``Gem5Packet`` says which
/// commands are known; packets of others are left out and counted, and so are the reads of page tables by gem5's own
/// walkers, which a replay makes itself.
///
/// The reader is our own: swift-protobuf 1.39 decodes such packets at a sixth of its speed, 5.5 million a second from
/// memory and 2 million from a stream.
struct Gem5Importer: TraceImporter {
  private var records: RecordReader
  private var hasHeader = false
  private var tableWalks: UInt64 = 0
  /// Packets left out by the number of their command.
  private var leftOut: [UInt64: UInt64] = [:]

  private static let magic = Array("gem5".utf8)
  /// The longest message allowed, so that memory stays bounded. In bytes.
  private static let longestMessage = 1 << 16
  private static let longestLength = 10

  init(_ input: ByteInput) { records = RecordReader(input) }

  static var isBinary: Bool { true }

  static var addressKind: TraceHeader.AddressKind { .real }

  static func recognises(_ start: [UInt8]) -> Bool {
    guard start.starts(with: magic) else { return false }
    var at = magic.count
    guard let length = start.varint(&at, start.count), let tag = start.varint(&at, start.count),
      let text = start.varint(&at, start.count)
    else { return false }
    return tag == Gem5Message.Tag.object && text < length
  }

  var remarks: [String] {
    let others = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) of command \($0.key)" }
    return
      (others.isEmpty
      ? []
      : [
        "packets other than read (1) and write (4) requests were left out: " + others.joined(separator: ", ")
      ])
      + (tableWalks == 0
        ? []
        : [
          "\(tableWalks.counting("read by a page-table walker was", "reads by page-table walkers were")) left out"
        ])
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    if !hasHeader { try readHeader() }
    while !block.isFull, try nextMessage(from: 0) != nil {
      try readPackets(records.buffer, try records.unread(atLeast: 0), into: &block)
    }
    return !block.isEmpty
  }

  /// Reads the packets that are whole in what is unread.
  private mutating func readPackets(
    _ bytes: [UInt8], _ unread: Range<Int>, into block: inout RecordBlock
  ) throws(ImportError) {
    var (passed, count) = (unread.lowerBound, 0)
    var problem: Malformed?
    block.append(upTo: block.room) { output in
      do throws(Malformed) {
        while output.freeCapacity > 0 {
          var at = passed
          guard let length = bytes.varint(&at, unread.upperBound), length <= Self.longestMessage,
            Int(length) <= unread.upperBound - at
          else { return }
          if let access = try access(of: Gem5Packet(bytes, at..<at + Int(length)), at) {
            output.append(access)
          }
          (passed, count) = (at + Int(length), count + 1)
        }
      } catch {
        problem = error
      }
    }
    records.pass(passed - unread.lowerBound, records: UInt64(count))
    if let problem { throw records.malformed(problem.index, expected: problem.expected) }
  }

  /// The access that a packet is; nil where it is left out.
  @inline(__always)
  private mutating func access(of packet: Gem5Packet, _ index: Int) throws(Malformed) -> Access? {
    guard packet.address >> 56 == 0 else { throw Malformed(index: index, expected: "a physical address") }
    guard packet.size <= Access.maximumSize else {
      throw Malformed(index: index, expected: "a size of at most \(Access.maximumSize) bytes")
    }
    let kind: AccessKind
    switch packet.command {
    case _ where packet.isTableWalk:
      tableWalks += 1
      return nil
    case Gem5Packet.read: kind = packet.isFetch ? .fetch : .load
    case Gem5Packet.write: kind = .store
    case ...255:
      leftOut[packet.command, default: 0] += 1
      return nil
    default: throw Malformed(index: index, expected: "the number of a command, at most 255")
    }
    return Access(kind, VirtualAddress(packet.address), size: UInt16(packet.size))
  }

  /// The four bytes and the `PacketHeader`, which together are the first record.
  private mutating func readHeader() throws(ImportError) {
    let unread = try records.unread(atLeast: Self.magic.count)
    guard records.buffer[unread].starts(with: Self.magic.prefix(unread.count)) else {
      throw records.malformed(unread.lowerBound, expected: "\"gem5\"")
    }
    guard unread.count >= Self.magic.count else { throw records.cutShort }
    guard let message = try nextMessage(from: Self.magic.count) else { throw records.cutShort }
    var at = message.lowerBound
    var tags: Set<UInt64> = []
    while at < message.upperBound {
      let start = at
      guard let tag = records.buffer.varint(&at, message.upperBound),
        Gem5Message.skip(tag, records.buffer, &at, message.upperBound)
      else { throw records.malformed(start, expected: "a field of a packet header") }
      if tag >> 3 == Gem5Message.Tag.requestors >> 3, tag != Gem5Message.Tag.requestors {
        throw records.malformed(start, expected: "the header of a packet trace, not of one of instructions")
      }
      tags.insert(tag)
    }
    guard tags.isSuperset(of: [Gem5Message.Tag.object, Gem5Message.Tag.frequency]) else {
      throw records.malformed(message.lowerBound, expected: "a packet header with object and tick frequency")
    }
    records.pass(through: message.upperBound)
    hasHeader = true
  }

  /// The next message without its length, which stands `offset` bytes into what is unread; nil at the end.
  private mutating func nextMessage(from offset: Int) throws(ImportError) -> Range<Int>? {
    var unread = try records.unread(atLeast: offset + Self.longestLength)
    if unread.count == offset { return nil }
    var at = unread.lowerBound + offset
    guard let length = records.buffer.varint(&at, unread.upperBound) else {
      if unread.count < offset + Self.longestLength { throw records.cutShort }
      throw records.malformed(unread.lowerBound + offset, expected: "the length of a message")
    }
    guard length <= Self.longestMessage else {
      throw records.malformed(
        unread.lowerBound + offset, expected: "the length of a message, at most \(Self.longestMessage) bytes")
    }
    let head = at - unread.lowerBound
    unread = try records.unread(atLeast: head + Int(length))
    guard unread.count >= head + Int(length) else { throw records.cutShort }
    return unread.lowerBound + head..<unread.lowerBound + head + Int(length)
  }
}

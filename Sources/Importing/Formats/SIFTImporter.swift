import Addressing
import Traces

/// Reads SIFT, the instruction traces of Sniper: of each instruction the fetch, then an access for each operand in
/// memory. Those of one thread stand in one file, and name no owner.
///
/// After 16 bytes of header (`SIFT`, the size of what follows the header, 4 bytes, and options, 8 bytes) come
/// instructions (``SIFTInstruction``) and other records, which start with a byte 0, their type (1 byte) and size
/// (4 bytes, lowest first). Of these, records of accesses alone (type 24) and pairs of virtual and physical pages
/// (type 14) are read, and the rest passed over: code, output, routines, and system calls, of which the results that
/// would tell mappings are missing. An option tells that all this is packed in zlib's format. Source:
/// `sift/sift_format.h`, `sift_reader.cc`, `sift_writer.cc` and `zfstream.cc` of snipersim/snipersim at
/// 900a80c46691 [V].
///
/// Whether an operand is read or written, and of how many bytes it is, only the instruction's code tells, which is not
/// decoded: they become loads of unknown size.
struct SIFTImporter: TraceImporter {
  private var records: RecordReader
  private var hasHeader = false
  private var hasEnded = false
  /// Where the last instruction ends.
  private var successor: UInt64?
  private var operands: UInt64 = 0
  private var systemCalls: UInt64 = 0
  private var countedInstructions: UInt64 = 0

  private static let magic = Array("SIFT".utf8)
  private static let headerLength = 16
  /// A byte 0, type and size of a record that is no instruction. In bytes.
  private static let otherLength = 6

  init(_ input: ByteInput) { records = RecordReader(input) }

  static var isBinary: Bool { true }

  /// By the mark and an empty extra header, the only one known.
  static func recognises(_ start: [UInt8]) -> Bool {
    start.count >= headerLength && start.starts(with: magic + [0, 0, 0, 0])
  }

  var remarks: [String] {
    var remarks: [String] = []
    if operands > 0 {
      remarks.append(
        "SIFT does not tell loads from stores, nor sizes: "
          + operands.counting("operand became a load", "operands became loads") + " of unknown size")
    }
    if systemCalls > 0 {
      remarks.append(
        "\(systemCalls.counting("system call was", "system calls were")) left out: without results they tell no mappings"
      )
    }
    if countedInstructions > 0 {
      remarks.append(
        "\(countedInstructions.counting("instruction was", "instructions were")) counted by Sniper and not recorded"
      )
    }
    if !hasEnded { remarks.append("there is no end record: the program did not end, or the trace was cut") }
    return remarks
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    if !hasHeader { try readHeader() }
    while !block.isFull {
      let unread = try records.unread(atLeast: SIFTInstruction.maximumLength)
      if unread.isEmpty { break }
      if hasEnded { throw records.malformed(unread.lowerBound, expected: "nothing behind the end record") }
      if records.buffer[unread.lowerBound] == 0 {
        try readOther(unread, into: &block)
      } else {
        try readInstructions(records.buffer, unread, into: &block)
      }
    }
    return !block.isEmpty
  }

  /// Reads instructions up to the first other record; one at least, or the input is cut short.
  private mutating func readInstructions(
    _ bytes: [UInt8], _ unread: Range<Int>, into block: inout RecordBlock
  ) throws(ImportError) {
    var at = unread.lowerBound
    while at < unread.upperBound, bytes[at] != 0, !block.isFull {
      let read = try records.reading { () throws(Malformed) in
        try SIFTInstruction(bytes, at, unread.upperBound, successor: successor)
      }
      guard let instruction = read else {
        if at == unread.lowerBound { throw records.cutShort }
        return
      }
      block.append(Access(.fetch, VirtualAddress(instruction.address), size: UInt16(instruction.size)))
      for place in stride(from: instruction.operands.lowerBound, to: instruction.operands.upperBound, by: 8) {
        block.append(Access(.load, try address(bytes, place), size: 0))
        operands += 1
      }
      successor = instruction.address &+ instruction.size
      at = instruction.end
      records.pass(through: at)
    }
  }

  /// A record that is no instruction.
  private mutating func readOther(_ unread: Range<Int>, into block: inout RecordBlock) throws(ImportError) {
    guard unread.count >= Self.otherLength else { throw records.cutShort }
    let type = records.buffer[unread.lowerBound + 1]
    let size = (0..<4).reduce(UInt64(0)) {
      $0 | UInt64(records.buffer[unread.lowerBound + 2 + $1]) << ($1 * 8)
    }
    guard let kind = SIFTRecord(rawValue: type), kind.sizes.contains(size) else {
      throw records.malformed(
        unread.lowerBound + 1, expected: "the type of a record and a size that it may have")
    }
    let start = unread.lowerBound + Self.otherLength
    if kind.isRead, unread.count < Self.otherLength + Int(size) { throw records.cutShort }
    switch kind {
    case .pages: try readPages(start, into: &block)
    case .access: try readAccess(start, into: &block)
    case .instructionCount:
      countedInstructions += (0..<4).reduce(UInt64(0)) { $0 | UInt64(records.buffer[start + $1]) << ($1 * 8) }
    case .systemCall: systemCalls += 1
    case .end: hasEnded = true
    default: break
    }
    let cutShort = records.cutShort
    guard let length = Int(exactly: size), try records.pass(anyLength: Self.otherLength + length) else {
      throw cutShort
    }
  }

  /// A virtual page, and the page that the recording machine backed it by: numbers of pages of 4 KiB, 8 bytes each.
  private func readPages(_ start: Int, into block: inout RecordBlock) throws(ImportError) {
    let page = records.buffer.word(at: start)
    let frame = records.buffer.word(at: start + 8)
    let address = VirtualAddress(page << 12)
    guard page >> 52 == 0, address.isCanonical, frame >> 44 == 0 else {
      throw records.malformed(start, expected: "the numbers of a virtual and a physical page")
    }
    block.append(.translation(address, RealAddress(frame << 12)), by: .unknown)
  }

  /// Instructions since the last such record (1 byte), type (1), instruction and address (8 each). Types 0 and 1 are
  /// branches, which access nothing.
  private func readAccess(_ start: Int, into block: inout RecordBlock) throws(ImportError) {
    let kind: AccessKind
    switch records.buffer[start + 1] {
    case 0, 1: return
    case 2: kind = .load
    case 3: kind = .store
    case 4: kind = .fetch
    default: throw records.malformed(start + 1, expected: "the type of an access, 0 to 4")
    }
    block.append(Access(kind, try address(records.buffer, start + 10), size: 0))
  }

  private func address(_ bytes: [UInt8], _ index: Int) throws(ImportError) -> VirtualAddress {
    let address = VirtualAddress(bytes.word(at: index))
    guard address.isCanonical else { throw records.malformed(index, expected: "a canonical address") }
    return address
  }

  private mutating func readHeader() throws(ImportError) {
    let unread = try records.unread(atLeast: Self.headerLength)
    let start = unread.lowerBound
    guard records.buffer[unread].starts(with: Self.magic.prefix(unread.count)) else {
      throw records.malformed(start, expected: "\"SIFT\"")
    }
    guard unread.count >= Self.headerLength else { throw records.cutShort }
    guard records.buffer[start + 4..<start + 8].allSatisfy({ $0 == 0 }) else {
      throw records.malformed(start + 4, expected: "no extra header")
    }
    let options = records.buffer.word(at: start + 8)
    // 1: the rest is in zlib's format; 2: a 32-bit program; 4: code by instruction and not by page; 8: pairs of pages
    // follow.
    guard options < 16 else { throw records.malformed(start + 8, expected: "options 1, 2, 4 and 8 alone") }
    records.pass(Self.headerLength)
    if options & 1 != 0 { records.unpackRest { ZlibStream($0) } }
    hasHeader = true
  }
}

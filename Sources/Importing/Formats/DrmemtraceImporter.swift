import Addressing
import Traces

/// Reads the trace files of DynamoRIO's drmemtrace (`drcachesim`), of one thread, or of several or of a core with their
/// records interleaved. ``DrmemtraceRecord`` has the format, and what a record means is how `reader/reader.cpp` takes
/// it [V]. Of the traces that DynamoRIO keeps for its own tests, 25 of final form, packed by zip or gzip or not at all,
/// were read by that reader, built apart, and by this one: all accesses, with sizes, processes and threads, were equal.
///
/// Several files of a trace are read together by ``DrmemtraceFiles``. Thread exits become events, pairs of a physical and a
/// virtual address what the recorder saw (``Event/translation(_:_:)``), a change of window a gap. A file must end with its
/// footer.
struct DrmemtraceImporter: TraceImporter {
  private var records: RecordReader
  private var owners = DrmemtraceOwners()
  /// Whether the next access must name its owner: it differs from the one before, or the block is new.
  private var ownerHasChanged = true
  private(set) var remarkCounts = DrmemtraceRemarks()
  /// The timestamp that follows, beyond the limit up to which was read; nil where the block was full before, or the file
  /// has ended.
  private(set) var nextTimestamp: UInt64?
  /// Whether the file has been read to its end.
  private(set) var isFinished = false
  private var timestampLimit = UInt64.max

  private var hasBegun = false
  /// Whether the last record was a footer.
  private var hasEnded = false
  private var fileType: UInt64 = 0
  /// Of the instruction before: its address, and where it ends.
  private var instruction: UInt64?
  private var successor: UInt64 = 0
  private var physicalAddress: UInt64?
  private var window: UInt64?

  init(_ input: ByteInput) { records = RecordReader(input) }

  static var isBinary: Bool { true }

  static func together(_ inputs: [ByteInput]) -> (any TraceImporter)? { DrmemtraceFiles(inputs) }

  /// Whether a header of a known version, and then a marker, thread or process stand there.
  static func recognises(_ start: [UInt8]) -> Bool {
    guard start.count >= 2 * DrmemtraceRecord.length else { return false }
    let header = DrmemtraceRecord(start, at: 0)
    let second = DrmemtraceRecord(start, at: DrmemtraceRecord.length)
    guard header.type == DrmemtraceRecord.Kind.header.rawValue, header.size == 0,
      (1...DrmemtraceRecord.newestVersion).contains(header.value)
    else { return false }
    return switch DrmemtraceRecord.Kind(type: second.type) {
    case .marker, .thread, .process: true
    default: false
    }
  }

  var remarks: [String] { remarkCounts.remarks }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    try read(into: &block, until: .max)
    return !block.isEmpty
  }

  /// Appends records until the block is full, the file ends, or a timestamp beyond `limit` follows, which becomes
  /// ``nextTimestamp``.
  mutating func read(into block: inout RecordBlock, until limit: UInt64) throws(ImportError) {
    ownerHasChanged = true
    timestampLimit = limit
    nextTimestamp = nil
    while !block.isFull, nextTimestamp == nil {
      let unread = try records.unread(atLeast: DrmemtraceRecord.length)
      if unread.isEmpty {
        guard hasEnded else { throw records.cutShort }
        isFinished = true
        break
      }
      guard unread.count >= DrmemtraceRecord.length else { throw records.cutShort }
      let bytes = records.buffer
      var at = unread.lowerBound
      var count: UInt64 = 0
      var problem: Malformed?
      while unread.upperBound - at >= DrmemtraceRecord.length, !block.isFull {
        do throws(Malformed) {
          try read(DrmemtraceRecord(bytes, at: at), into: &block)
        } catch {
          problem = error
          break
        }
        if nextTimestamp != nil { break }
        at += DrmemtraceRecord.length
        count += 1
      }
      records.pass(at - unread.lowerBound, records: count)
      if let problem { throw records.malformed(at + problem.index, expected: problem.expected) }
    }
  }

  /// What one record says. The index of a thrown error counts from the record's start.
  @inline(__always)
  private mutating func read(_ record: DrmemtraceRecord, into block: inout RecordBlock) throws(Malformed) {
    if !hasBegun { try begin(record) }
    switch DrmemtraceRecord.Kind(type: record.type) {
    case .load: try append(.load, record.value, record.size, to: &block)
    case .store: try append(.store, record.value, record.size, to: &block)
    case .fetch: try fetch(record, into: &block)
    case .encoding: break
    default: try readOther(record, into: &block)
    }
    hasEnded = record.type == DrmemtraceRecord.Kind.footer.rawValue
  }

  private mutating func begin(_ record: DrmemtraceRecord) throws(Malformed) {
    guard record.type == DrmemtraceRecord.Kind.header.rawValue else {
      throw Malformed(index: 0, expected: "the header of a drmemtrace file, type 25")
    }
    hasBegun = true
  }

  private mutating func readOther(_ record: DrmemtraceRecord, into block: inout RecordBlock) throws(Malformed)
  {
    switch DrmemtraceRecord.Kind(type: record.type) {
    case .load, .store, .fetch, .encoding, .footer: break
    case .prefetch: remarkCounts.prefetches += 1
    case .flush: remarkCounts.flushes += 1
    case .bundle: try readBundle(record, into: &block)
    case .unfetched: note(record)
    case .repeatable:
      if record.value == instruction { note(record) } else { try fetch(record, into: &block) }
    case .thread:
      try owners.select(thread: record.value)
      ownerHasChanged = true
    case .process:
      try owners.set(process: record.value)
      ownerHasChanged = true
    case .threadExit:
      try owners.select(thread: record.value)
      ownerHasChanged = true
      block.append(.exit(wholeProcess: false), by: owners.current)
    case .header: try checkVersion(record.value)
    case .marker: try readMarker(record, into: &block)
    case nil: throw Malformed(index: 0, expected: "a type of record, 0 to 49")
    }
  }

  private mutating func readMarker(_ record: DrmemtraceRecord, into block: inout RecordBlock)
    throws(Malformed)
  {
    switch DrmemtraceRecord.Marker(rawValue: record.size) {
    case .version: try checkVersion(record.value)
    case .fileType:
      fileType = record.value
      remarkCounts.note(fileType: fileType)
    case .processor:
      try owners.set(processor: record.value)
      ownerHasChanged = true
    case .window:
      if let window, window != record.value { block.append(.gap(records: nil), by: owners.current) }
      window = record.value
    case .physicalAddress: physicalAddress = record.value
    case .virtualAddress:
      guard let physical = physicalAddress else {
        throw Malformed(index: 2, expected: "a physical address before this virtual one")
      }
      physicalAddress = nil
      let page = try address(record.value).rawValue & ~4095
      block.append(.translation(VirtualAddress(page), RealAddress(physical & ~4095)), by: owners.current)
    case .timestamp: if record.value > timestampLimit { nextTimestamp = record.value }
    case .cacheLineSize, .pageSize, nil: break
    }
  }

  private func checkVersion(_ version: UInt64) throws(Malformed) {
    guard (1...DrmemtraceRecord.newestVersion).contains(version) else {
      throw Malformed(index: 4, expected: "a version, 1 to \(DrmemtraceRecord.newestVersion)")
    }
  }

  /// Remembers an instruction, fetched or not.
  @inline(__always) private mutating func note(_ record: DrmemtraceRecord) {
    instruction = record.value
    successor = record.value &+ UInt64(record.size)
  }

  @inline(__always)
  private mutating func fetch(_ record: DrmemtraceRecord, into block: inout RecordBlock) throws(Malformed) {
    // Without a size it only tells which instruction the next load or store is of.
    if record.size > 0 { try append(.fetch, record.value, record.size, to: &block) }
    note(record)
  }

  private mutating func readBundle(_ record: DrmemtraceRecord, into block: inout RecordBlock)
    throws(Malformed)
  {
    guard instruction != nil, (1...8).contains(record.size) else {
      throw Malformed(index: 2, expected: "1 to 8 instructions, behind another")
    }
    for index in 0..<UInt64(record.size) {
      let size = UInt16(record.value >> (index * 8) & 0xff)
      try append(.fetch, successor, size, to: &block)
      instruction = successor
      successor &+= UInt64(size)
    }
  }

  /// Appends an access; one longer than a record of ours can be, as XSAVE may make, in parts.
  @inline(__always)
  private mutating func append(
    _ kind: AccessKind, _ value: UInt64, _ size: UInt16, to block: inout RecordBlock
  ) throws(Malformed) {
    let start = try address(value)
    if ownerHasChanged {
      block.append(Access(kind, start, size: min(size, Access.maximumSize)), by: owners.current)
      ownerHasChanged = false
    } else {
      block.append(Access(kind, start, size: min(size, Access.maximumSize)))
    }
    if size > Access.maximumSize { try appendRest(kind, start, size, to: &block) }
  }

  private mutating func appendRest(
    _ kind: AccessKind, _ start: VirtualAddress, _ size: UInt16, to block: inout RecordBlock
  ) throws(Malformed) {
    remarkCounts.splits += 1
    for offset in stride(from: Access.maximumSize, to: size, by: Int(Access.maximumSize)) {
      let part = try address(start.rawValue &+ UInt64(offset))
      block.append(Access(kind, part, size: min(size - offset, Access.maximumSize)))
    }
  }

  /// The address of a record. AArch64 ignores the top byte of an address, which programs then use for tags (Arm
  /// Architecture Reference Manual, section D8.8 [M]).
  @inline(__always) private func address(_ value: UInt64) throws(Malformed) -> VirtualAddress {
    let plain = VirtualAddress(value)
    if plain.isCanonical { return plain }
    guard fileType & DrmemtraceRecord.FileType.aarch64 != 0 else {
      throw Malformed(index: 4, expected: "a canonical address")
    }
    return VirtualAddress(UInt64(bitPattern: Int64(bitPattern: value << 8) >> 8))
  }
}

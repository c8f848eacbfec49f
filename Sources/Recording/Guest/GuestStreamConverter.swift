import Addressing
import Importing
public import Traces

/// Turns the recorder's stream (`recorder/STREAM.md`) into records and events, as it comes.
///
/// Fetches are made from basic blocks, each before the data of its instruction (semantics rule 1); a load and a store
/// of one instruction at one place become one modify. The virtual machine is 0, the address space of an access the
/// number of its root table's frame.
public struct GuestStreamConverter {
  /// What the end record tells.
  public private(set) var end: GuestStreamEnd?
  /// Whether the header has come: the guest has reached the start marker.
  public private(set) var hasBegun = false

  var owner = Owner(vm: 0, vcpu: 0)
  var block = RecordBlock()
  private var code = GuestCode()
  private var told = ToldTranslations()
  private var roots: [UInt32: UInt32] = [:]
  private var space: UInt32 = .max
  private var ownerIsNew = true
  /// Where the last load stands among the accesses and in its block, if a store may join it.
  private var lastLoad = -1
  private var lastLoadPosition = GuestStreamTag.noPosition
  private var bytesRead: UInt64 = 0

  /// Accesses at which a part of the stream is handed on.
  private static let batch = 1 << 17

  public init() {}

  /// Converts whole records from the start of `bytes` and hands on what they are; returns how many bytes they had.
  public mutating func convert(
    _ bytes: UnsafeRawBufferPointer, to receive: (RecordBlock) throws -> Void
  ) throws -> Int {
    var offset = 0
    while offset + GuestStreamRecord.size <= bytes.count {
      let record = GuestStreamRecord(bytes, at: offset)
      let body = offset + GuestStreamRecord.size
      let following = record.followingBytes
      if body + following > bytes.count { break }
      do throws(Refusal) {
        try convert(record, UnsafeRawBufferPointer(rebasing: bytes[body..<body + following]))
      } catch {
        throw error.error(at: bytesRead + UInt64(offset))
      }
      offset = body + following
      if block.accesses.count >= Self.batch && record.tag != GuestStreamTag.load.rawValue {
        try handOn(to: receive)
      }
    }
    bytesRead += UInt64(offset)
    if lastLoad < 0 || end != nil { try handOn(to: receive) }
    return offset
  }

  /// What the end record told; an error if none has come, with `rest` bytes of a record left over.
  public func finish(rest: Int = 0) throws(GuestStreamError) -> GuestStreamEnd {
    guard let end else { throw .cutShort(byte: bytesRead + UInt64(rest)) }
    if rest > 0 { throw .malformed(byte: bytesRead, reason: "something stands behind the end record") }
    return end
  }

  private mutating func handOn(to receive: (RecordBlock) throws -> Void) rethrows {
    lastLoad = -1
    guard !block.accesses.isEmpty || !block.events.isEmpty else { return }
    try receive(block)
    block.removeAll()
    ownerIsNew = true
  }

  /// Why a record is refused.
  enum Refusal: Error {
    case reason(String)
    case version(Int)

    func error(at byte: UInt64) -> GuestStreamError {
      switch self {
      case .reason(let reason): .malformed(byte: byte, reason: reason)
      case .version(let version): .otherVersion(version)
      }
    }
  }

  @inline(__always) private mutating func convert(
    _ record: GuestStreamRecord, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    guard let tag = GuestStreamTag(rawValue: record.tag) else {
      throw .reason("no record has the tag \(record.tag)")
    }
    guard hasBegun != (tag == .header), end == nil else {
      throw .reason(end == nil ? "the header is not at the start" : "something stands behind the end record")
    }
    switch tag {
    case .load: try access(.load, record)
    case .store: try access(.store, record)
    case .enter: try enter(record)
    case .leave:
      openStretch()
      code.fetch(until: Int(record.b), into: &block.accesses)
      code.leave()
    case .block: try define(record, following)
    case .header: try begin(record)
    case .vcpu:
      owner.vcpu = record.c
      select(roots[record.c])
    case .end: try finish(record, following)
    default: try event(tag, record, following)
    }
  }

  private mutating func begin(_ record: GuestStreamRecord) throws(Refusal) {
    guard record.c == GuestStreamTag.magic else { throw .reason("this is no stream of the recorder") }
    guard record.a == GuestStreamTag.version else { throw .version(Int(record.a)) }
    hasBegun = true
  }

  private mutating func define(
    _ record: GuestStreamRecord, _ sizes: UnsafeRawBufferPointer
  ) throws(Refusal) {
    let count = Int(record.b)
    guard (1...4096).contains(count), sizes[..<count].allSatisfy({ (1...15).contains($0) }) else {
      throw .reason("a basic block of \(count) instructions, or with one of an impossible size")
    }
    try requireCanonical(record.d)
    let new = GuestCode.Block(address: record.d, page: record.c, start: 0, count: count)
    guard code.define(new, sizes: UnsafeRawBufferPointer(rebasing: sizes[..<count])) else {
      throw .reason("the guest runs too much different code")
    }
  }

  @inline(__always) private mutating func enter(_ record: GuestStreamRecord) throws(Refusal) {
    finishBlock()
    guard record.c < code.blocks.count else { throw .reason("basic block \(record.c) is not defined") }
    let entered = code.blocks[Int(record.c)]
    code.enter(entered, fetchesFirst: record.a == 0)
    tell(entered.address, entered.page)
  }

  /// All instructions of the block have been fetched.
  @inline(__always) mutating func finishBlock() {
    openStretch()
    code.fetch(until: nil, into: &block.accesses)
    lastLoad = -1
  }

  /// Before anything is appended: whose it is.
  @inline(__always) private mutating func openStretch() {
    guard ownerIsNew else { return }
    ownerIsNew = false
    if block.spans.last?.position == UInt32(block.accesses.count) { block.spans.removeLast() }
    if block.spans.last?.owner != owner {
      block.spans.append(OwnerSpan(position: UInt32(block.accesses.count), owner: owner))
    }
  }

  /// Says where the recorder saw the page, if that is news.
  @inline(__always) private mutating func tell(_ address: UInt64, _ page: UInt32) {
    guard page != GuestStreamTag.unknownPage, told.isNews(page: address >> 12, space: space, real: page)
    else {
      return
    }
    append(.translation(VirtualAddress(address & ~4095), RealAddress(UInt64(page) << 12)))
  }

  @inline(__always) private mutating func access(
    _ kind: AccessKind, _ record: GuestStreamRecord
  ) throws(Refusal) {
    guard record.a <= 6 else { throw .reason("an access of 2^\(record.a) bytes") }
    try requireCanonical(record.d)
    openStretch()
    reach(record.b)
    let made = Access(kind, VirtualAddress(record.d), size: 1 << UInt16(record.a))
    let last = block.accesses.count - 1
    if kind == .store, lastLoad == last, last >= 0, lastLoadPosition == record.b,
      block.accesses[last].address == made.address, block.accesses[last].size == made.size
    {
      block.accesses[last].kind = .modify
      lastLoad = -1
      return
    }
    tell(record.d, record.c)
    block.accesses.append(made)
    lastLoad = kind == .load ? last + 1 : -1
    lastLoadPosition = record.b
  }

  /// The instruction at this position of the block has been fetched.
  @inline(__always) mutating func reach(_ position: UInt16) {
    guard position != GuestStreamTag.noPosition else { return }
    openStretch()
    code.fetch(until: Int(position) + 1, into: &block.accesses)
  }

  @inline(__always) func requireCanonical(_ address: UInt64) throws(Refusal) {
    guard (Int64(bitPattern: address) &<< 7) &>> 7 == Int64(bitPattern: address) else {
      throw .reason("the address 0x\(String(address, radix: 16)) is not canonical")
    }
  }

  /// The address space of this root is the current vCPU's.
  mutating func load(root: UInt32) {
    roots[owner.vcpu ?? 0] = root
    select(root)
  }

  private mutating func select(_ root: UInt32?) {
    owner.addressSpace = root
    space = root ?? .max
    ownerIsNew = true
    lastLoad = -1
  }

  mutating func append(_ event: Event) {
    block.append(event, by: owner)
    lastLoad = -1
  }

  private mutating func finish(
    _ record: GuestStreamRecord, _ following: UnsafeRawBufferPointer
  ) throws(Refusal) {
    guard let reason = GuestStreamEnd.Reason(rawValue: record.a) else {
      throw .reason("an end for the reason \(record.a)")
    }
    func number(_ index: Int) -> UInt64 {
      UInt64(littleEndian: following.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    end = GuestStreamEnd(
      reason: reason, status: Int32(record.b), tableLoads: number(0), wrongTableLoads: number(1),
      markedEntries: number(2), wrongEntries: number(3))
  }
}

public import Addressing

/// The state before a block: enough to resume a replay there (semantics rule 25). Of a trace of user programs, what is mapped
/// in each address space; of a whole system's, events that make its tables and registers.
public struct TraceCheckpoint: Hashable, Sendable {
  /// A mapped range.
  public struct Region: Hashable, Sendable {
    /// The first byte; a multiple of 4096.
    public var start: VirtualAddress
    /// In bytes; a multiple of 4096.
    public var length: UInt64
    public var protection: Protection
    public var kind: MappingKind

    public init(start: VirtualAddress, length: UInt64, protection: Protection, kind: MappingKind) {
      self.start = start
      self.length = length
      self.protection = protection
      self.kind = kind
    }
  }

  /// One address space.
  public struct Space: Hashable, Sendable {
    public var vm: UInt32?
    public var addressSpace: UInt32?
    /// Where the heap starts: the first program break seen; nil where none was.
    public var breakStart: VirtualAddress?
    /// The program break.
    public var breakEnd: VirtualAddress?
    /// What events of the trace mapped, by address; the initial image and stack are in no event.
    public var regions: [Region]
  }

  /// In order of machine and address space, the unknown first.
  public var spaces: [Space]
  /// Events that lead to the state where nothing was known before; empty in traces of user programs.
  public var guestEvents: [PositionedEvent]

  public init(spaces: [Space], guestEvents: [PositionedEvent] = []) {
    self.spaces = spaces
    self.guestEvents = guestEvents
  }
}

extension TraceCheckpoint.Space {
  /// What spaces are ordered by: machine, then address space, the unknown first.
  var order: (UInt64, UInt64) {
    (vm.map { UInt64($0) + 1 } ?? 0, addressSpace.map { UInt64($0) + 1 } ?? 0)
  }
}

extension TraceCheckpoint {
  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(spaces.count))
    for space in spaces {
      for part in [space.vm, space.addressSpace] { bytes.appendVarint(part.map { UInt64($0) + 1 } ?? 0) }
      bytes.append(space.breakStart == nil ? 0 : 1)
      if let start = space.breakStart, let end = space.breakEnd {
        bytes.appendVarint(start.rawValue)
        bytes.appendVarint(end.rawValue)
      }
      bytes.appendVarint(UInt64(space.regions.count))
      var next: UInt64 = 0
      for region in space.regions {
        bytes.appendVarint((region.start.rawValue &- next) >> 12)
        bytes.appendVarint(region.length >> 12)
        bytes += [region.protection.rawValue, region.kind.rawValue]
        next = region.start.rawValue &+ region.length
      }
    }
    if !guestEvents.isEmpty {
      bytes.appendVarint(UInt64(guestEvents.count))
      bytes += EventEncoder.encode(guestEvents)
    }
    return bytes
  }

  init(decoding bytes: [UInt8]) throws(TraceError.Problem) {
    var cursor = ByteCursor(bytes)
    spaces = []
    guestEvents = []
    for _ in 0..<(try cursor.varint(upTo: bytes.count, "the address spaces of a checkpoint")) {
      let space = try Self.space(&cursor)
      guard spaces.last.map({ $0.order < space.order }) ?? true else {
        throw .illegal("the address spaces of a checkpoint are out of order")
      }
      spaces.append(space)
    }
    guard cursor.remaining > 0 else { return }
    let count = try cursor.varint(upTo: TraceFormat.maximumEventsPerBlock, "the events of a checkpoint")
    guard count > 0 else { throw .illegal("a checkpoint tells no event where it could tell nothing") }
    try EventDecoder.decode(
      Array(bytes[(bytes.count - cursor.remaining)...]), count: count, recordCount: 0, into: &guestEvents)
  }

  private static func space(_ cursor: inout ByteCursor) throws(TraceError.Problem) -> Space {
    func part() throws(TraceError.Problem) -> UInt32? {
      let value = try cursor.varint(upTo: 1 << 32, "a part of an owner")
      return value == 0 ? nil : UInt32(value - 1)
    }
    var space = Space(vm: try part(), addressSpace: try part(), regions: [])
    let flag = try cursor.byte()
    guard flag <= 1 else { throw .illegal("a flag is \(flag)") }
    if flag == 1 {
      space.breakStart = VirtualAddress(try cursor.varint())
      space.breakEnd = VirtualAddress(try cursor.varint())
    }
    let count = try cursor.varint(upTo: cursor.remaining, "the regions of a checkpoint")
    var next: UInt64 = 0
    for _ in 0..<count {
      let start = next &+ (try cursor.varint()) << 12
      let length = (try cursor.varint()) << 12
      guard start >= next, length > 0, start &+ length > start || start &+ length == 0 else {
        throw .illegal("the regions of a checkpoint overlap")
      }
      let protection = try cursor.byte()
      guard protection < 8 else { throw .illegal("a protection of \(protection)") }
      guard let kind = MappingKind(rawValue: try cursor.byte()) else {
        throw .unknownFeature("a mapping kind")
      }
      space.regions.append(
        Region(
          start: VirtualAddress(start), length: length, protection: Protection(rawValue: protection),
          kind: kind))
      next = start &+ length
    }
    return space
  }
}

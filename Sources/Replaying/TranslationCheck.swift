public import Addressing
import Machines
public import Traces

/// Holds the real addresses that a recorder saw (`translation` events) against the tables that the other events of a
/// trace of a whole guest make.
///
/// Each access whose page was told is checked: its first byte must lie where it was told last for its address space, by
/// the tables as they are before it, or with several virtual processors as they were since the one that accesses it was
/// last to forget it (semantics rule 32). The second page of an access that crosses a page has no event of its own.
public struct TranslationCheck {
  /// A real address that is not the one of the tables.
  public struct Difference: Hashable, Sendable {
    /// The access.
    public var place: TracePlace
    public var address: VirtualAddress
    /// Where the recorder saw its page.
    public var recorded: RealAddress
    /// Where the tables have it; nil where they do not map it.
    public var rebuilt: RealAddress?
  }

  /// Accesses compared.
  public private(set) var checked: UInt64 = 0
  public private(set) var differing: UInt64 = 0
  /// The first that differs.
  public private(set) var first: Difference?

  private var guests: [UInt32?: RecordedGuest] = [:]
  private var told: [Page: RealAddress] = [:]
  private var memories: [UInt32?: ProcessorMemory<RealAddress>] = [:]
  /// The processor whose turn it is in its guest; nil after an event or a change of owner.
  private var processor: Int?
  /// By stream, data and instructions, the page that was last found right; nil after an event or a change of owner.
  private var known: (data: UInt64?, instructions: UInt64?)

  /// A page of an address space.
  private struct Page: Hashable {
    var vm: UInt32?
    var addressSpace: UInt32?
    var number: UInt64
  }

  private init() {}

  /// Reads a trace to its end.
  public static func check(_ reader: TraceReader, name: String) throws(ReplayError) -> TranslationCheck {
    let decoder = BlockDecoder()
    var check = TranslationCheck()
    var block = RecordBlock()
    var segment = 0
    var base: UInt64 = 0
    while true {
      do throws(TraceError) {
        guard let encoded = try reader.nextBlock() else { return check }
        if encoded.segment != segment { check.restart() }
        segment = encoded.segment
        try decoder.decodeRecords(encoded, into: &block)
      } catch {
        throw .trace(error)
      }
      try check.follow(block, TracePlace(trace: name, record: base))
      base += UInt64(block.accesses.count)
    }
  }

  private mutating func restart() {
    guests = [:]
    told = [:]
    memories = [:]
    known = (nil, nil)
  }

  private mutating func follow(_ block: RecordBlock, _ start: TracePlace) throws(ReplayError) {
    var place = start
    var events = block.events[...]
    var spans = block.spans[...]
    var owner = Owner.unknown
    for position in 0...block.accesses.count {
      place.record = start.record + UInt64(position)
      while let span = spans.first, span.position <= position {
        owner = span.owner
        known = (nil, nil)
        processor = nil
        spans.removeFirst()
      }
      while let event = events.first, event.position <= position {
        events.removeFirst()
        do { try apply(event, of: block) } catch { throw .guest(error, place) }
      }
      guard position < block.accesses.count else { break }
      do { try compare(block.accesses[position], owner, place) } catch { throw .guest(error, place) }
    }
  }

  private mutating func apply(_ event: PositionedEvent, of block: RecordBlock) throws(GuestError) {
    let owner = event.owner
    known = (nil, nil)
    processor = nil
    if case .gap = event.event { return restart() }
    if case .translation(let address, let real) = event.event {
      told[Page(vm: owner.vm, addressSpace: owner.addressSpace, number: address.pageNumber)] = real
      return
    }
    if guests[owner.vm] == nil {
      let levels = RecordedLevels.levels(in: block, vm: owner.vm)
      guests[owner.vm] = RecordedGuest(levels: levels, hasIdentifiers: true)
    }
    guard let processor = try guests[owner.vm]?.run(owner) else { return }
    try guests[owner.vm]?.apply(event.event)
    memories[owner.vm, default: .init()].apply(event.event, processor: processor)
  }

  private mutating func compare(
    _ access: Access, _ owner: Owner, _ place: TracePlace
  ) throws(GuestError) {
    let page = access.address.pageNumber
    if page == (access.kind == .fetch ? known.instructions : known.data) {
      checked += 1
      return
    }
    guard let recorded = told[Page(vm: owner.vm, addressSpace: owner.addressSpace, number: page)] else {
      return
    }
    checked += 1
    if processor == nil { processor = try guests[owner.vm]?.run(owner) }
    let rebuilt = guests[owner.vm]?.translate(VirtualAddress(page << 12))
    let isHeld = memories[owner.vm]?.holds(recorded, forPage: page, now: rebuilt, processor: processor ?? 0)
    if isHeld ?? (rebuilt == recorded) {
      if access.kind == .fetch { known.instructions = page } else { known.data = page }
      return
    }
    differing += 1
    if first == nil {
      first = Difference(place: place, address: access.address, recorded: recorded, rebuilt: rebuilt)
    }
  }
}

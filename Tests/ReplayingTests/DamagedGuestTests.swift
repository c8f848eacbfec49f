import Addressing
import Machines
import Replaying
import Strategies
import Testing
import Traces

/// Recorded guests whose events make no sense are replayed or refused; nothing traps.
@Suite struct DamagedGuestTests {
  private static let accesses = 12_000

  /// An event or an access, and whose it is.
  private enum Item {
    case event(Event, Owner)
    case access(Access, Owner)

    var isEvent: Bool { if case .event = self { true } else { false } }
  }

  /// The start of a bundled trace, item by item.
  private static func items(_ name: String) throws -> [Item] {
    let reader = try TraceReader(MemorySource(try GuestTrace.bundled(name)))
    var block = RecordBlock()
    var items: [Item] = []
    guard let encoded = try reader.nextBlock() else { return items }
    try BlockDecoder().decodeRecords(encoded, into: &block)
    var (events, spans) = (block.events[...], block.spans[...])
    var owner = Owner.unknown
    for (position, access) in block.accesses.prefix(accesses).enumerated() {
      while let event = events.first, event.position <= position {
        events.removeFirst()
        items.append(.event(event.event, event.owner))
      }
      while let span = spans.first, span.position <= position {
        owner = span.owner
        spans.removeFirst()
      }
      items.append(.access(access, owner))
    }
    return items
  }

  /// An event like another one, wrong in some way.
  private static func changed(_ event: Event, _ random: inout SplitMix64) -> Event {
    func bit(_ value: UInt64) -> UInt64 { value ^ 1 << (random.next() % 48) }
    func frame(_ address: RealAddress) -> RealAddress {
      RealAddress(address.rawValue ^ 4096 << (random.next() % 8))
    }
    return switch event {
    case .tableStore(let address, let width, let value):
      random.next() % 2 == 0
        ? .tableStore(address, width: width, value: width == 8 ? bit(value) : value)
        : .tableStore(RealAddress(address.rawValue ^ 8 << (random.next() % 16)), width: width, value: value)
    case .tableLinked(let address, let level, let entries, let stores):
      random.next() % 2 == 0
        ? .tableLinked(frame(address), level: level, entries: entries, storesBefore: stores)
        : .tableLinked(address, level: level % 4 + 1, entries: entries, storesBefore: stores)
    case .tableUnlinked(let address): .rootRetired(address)
    case .rootRetired(let address): .tableUnlinked(address)
    case .controlRegister(.cr3, let value): .controlRegister(.cr3, value: value ^ 4096 << (random.next() % 8))
    case .controlRegister(let register, let value): .controlRegister(register, value: bit(value))
    case .invalidatePage(let address): .tableUnlinked(RealAddress(address.rawValue & 0xffff_f000))
    default: .gap(records: 1)
    }
  }

  @Test(arguments: StrategyRegistry.names, ["fork", "smp"])
  func replayOfWrongEventsEndsWithAnErrorOrNone(strategy: String, name: String) throws {
    let items = try Self.items(name)
    let events = items.indices.filter { items[$0].isEvent }
    var refused = 0
    for seed in 0..<40 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let wrong = Set((0..<1 + Int(seed) % 4).map { _ in events[Int(random.next() % UInt64(events.count))] })
      let bytes = try GuestTrace.bytes { trace in
        for (index, item) in items.enumerated() {
          switch item {
          case .event(let event, let owner):
            trace.writer.select(owner)
            if !wrong.contains(index) {
              try trace.writer.append(event)
            } else if random.next() % 4 > 0 {
              try trace.writer.append(Self.changed(event, &random))
            }
          case .access(let access, let owner):
            trace.writer.select(owner)
            try trace.writer.append(access)
          }
        }
      }
      let lane = lane(try machine(), try StrategyRegistry.strategy(named: strategy))
      do throws(any Error) { _ = try replay([bytes], [lane]) } catch {
        refused += 1
        let error = try #require(error as? ReplayError)
        #expect(error.description.contains("record "), "\(error)")
      }
    }
    #expect(refused > 5 && refused < 40)
  }
}

import Addressing

/// How the records of a block are encoded; the raw value stands in the block's member header.
enum BlockCodec: UInt8 {
  /// A dictionary of basic blocks: for traces with instruction records.
  case basicBlocks = 1
  /// Columns of pages, and of offsets in a member of their own: for traces without.
  case pageColumns = 2
}

/// The records and events of one block before they are encoded, and the checkpoint before it.
struct BlockContents: Sendable {
  var accesses: [Access] = []
  var spans: [OwnerSpan] = []
  var events: [PositionedEvent] = []
  var checkpoint: [UInt8]?

  /// Empties the block, keeping its storage.
  mutating func removeAll() {
    accesses.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    checkpoint = nil
  }

  /// The ends of the stretches in which neither an event nor another owner comes between: a basic block never
  /// goes beyond one.
  static func ends(
    of schedule: OwnerSchedule, events: [PositionedEvent], recordCount: Int
  ) -> [(owner: Int, end: Int)] {
    var ends: [(owner: Int, end: Int)] = []
    var position = 0
    var nextEvent = 0
    for stretch in schedule.stretches {
      let start = position
      position += stretch.length
      while nextEvent < events.count && Int(events[nextEvent].position) <= position {
        let cut = Int(events[nextEvent].position)
        if cut > start && cut < position && ends.last?.end != cut { ends.append((stretch.owner, cut)) }
        nextEvent += 1
      }
      ends.append((stretch.owner, position))
    }
    return ends
  }
}

/// The payloads of one block's members.
struct EncodedPayloads {
  var codec: BlockCodec
  var block: [UInt8]
  var offsets: [UInt8]?
  var events: [UInt8]?

  init(_ contents: BlockContents, hasFetches: Bool) {
    let schedule = OwnerSchedule(spans: contents.spans, recordCount: contents.accesses.count)
    let ends = BlockContents.ends(
      of: schedule, events: contents.events, recordCount: contents.accesses.count)
    block = []
    schedule.append(to: &block)
    if contents.accesses.isEmpty || hasFetches {
      codec = .basicBlocks
      var streams = schedule.owners.map { _ in BasicBlockEncoder() }
      var start = 0
      for (owner, end) in ends {
        streams[owner].append(contents.accesses[start..<end])
        start = end
      }
      for index in streams.indices { block += streams[index].finish() }
    } else {
      codec = .pageColumns
      var streams = schedule.owners.map { _ in PageColumnEncoder() }
      var start = 0
      for (owner, end) in ends {
        streams[owner].append(contents.accesses[start..<end])
        start = end
      }
      var offsets: [UInt8] = []
      for index in streams.indices {
        let stream = streams[index].finish()
        block += stream.pages
        offsets += stream.offsets
      }
      self.offsets = offsets
    }
    if !contents.events.isEmpty { events = EventEncoder.encode(contents.events) }
  }
}

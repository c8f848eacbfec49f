import Addressing
import Machines
import Traces

/// Cuts decoded blocks into slices for lanes: lets traces take turns, runs the guest of every virtual machine over what
/// each does, and places marks. It runs once for all lanes whose guests are set up alike.
struct GuestStage: Sendable {
  /// The state of a trace at a mark.
  struct StageMark: Sendable {
    var counts: TraceCounts
    var use: GuestStatistics
  }

  /// A decoded block on its way through the stage.
  struct Input: Sendable {
    var block: RunBlock
    /// Whether it is the first of a segment after the first.
    var startsSegment: Bool
    /// What stands behind the last record of the segment before.
    fileprivate var eventsBefore: [PositionedEvent] = []

    init(block: RunBlock, startsSegment: Bool) {
      self.block = block
      self.startsSegment = startsSegment
    }
  }

  /// Page runs that a guest goes through at once: bounds the memory for what it emits.
  private static let runsAtOnce = 4096

  private let ignoresEvents: Bool
  private let scopes: [TraceHeader.Scope]
  private(set) var cursors: [SourceCursor]
  private var queues: [[Input]]
  /// The events behind the last record of the last block of each trace: they belong to the record that follows, and
  /// go nowhere if none does in their segment, but for gaps.
  private var trailing: [[PositionedEvent]]
  /// Whether all blocks of a trace have come.
  private var isEnded: [Bool]
  private var turns: Turns
  private var guests: Guests
  /// What was counted and used at each mark of each trace, its end included.
  private var marks: [[StageMark]]
  private var isClosed: [Bool]
  /// Where cutting stands: the trace, and the position in it of a piece's first record.
  private(set) var place = (source: 0, record: UInt64(0))
  private var slice = Slice()
  private var slices: [Slice] = []

  /// - Parameter scopes: What each trace holds.
  init(_ machine: Machine, windows: [Window], scopes: [TraceHeader.Scope], ignoresEvents: Bool) {
    self.ignoresEvents = ignoresEvents
    self.scopes = scopes
    cursors = windows.map(SourceCursor.init)
    queues = Array(repeating: [], count: windows.count)
    trailing = Array(repeating: [], count: windows.count)
    isEnded = Array(repeating: false, count: windows.count)
    turns = Turns(count: windows.count, quantum: machine.vm.quantum)
    guests = Guests(machine, scopes, ignoresEvents: ignoresEvents)
    marks = Array(repeating: [], count: windows.count)
    isClosed = Array(repeating: false, count: windows.count)
  }

  /// Takes a decoded block of one trace, in order; nil is its end.
  mutating func append(_ input: Input?, source: Int) {
    guard var input else {
      isEnded[source] = true
      return
    }
    if input.startsSegment {
      input.eventsBefore = trailing[source]
    } else {
      input.block.prepend(trailing[source])
    }
    trailing[source] = input.block.takeTrailingEvents()
    queues[source].append(input)
  }

  /// Whether nothing is left to cut, now or later.
  private var isFinished: Bool { cursors.indices.allSatisfy(isDone) }

  /// Whether every trace has its last mark, and so nothing is left to do. Where a trace's end is learnt only when it
  /// comes, that is one cut after it ``isFinished``.
  var isComplete: Bool { !isClosed.contains(false) }

  /// The number of blocks that wait, by trace.
  func waiting(_ source: Int) -> Int { queues[source].count }

  /// The marks of a trace so far.
  func marks(of source: Int) -> [StageMark] { marks[source] }

  private func isDone(_ source: Int) -> Bool {
    cursors[source].isFinished || (isEnded[source] && queues[source].isEmpty)
  }

  /// Cuts as far as the blocks at hand allow; slices come in the order of execution.
  mutating func cut() throws(GuestError) -> [Slice] {
    while !isFinished {
      guard !isDone(turns.source) else {
        close(turns.source)
        turns.pass()
        continue
      }
      guard let input = queues[turns.source].first else { break }
      try cut(input, source: turns.source)
    }
    if isFinished { for source in cursors.indices { close(source) } }
    for source in cursors.indices where cursors[source].isFinished { queues[source].removeAll() }
    defer { slices.removeAll() }
    return slices
  }

  /// Places the mark that ends a trace's last row.
  private mutating func close(_ source: Int) {
    guard !isClosed[source] else { return }
    isClosed[source] = true
    // Where all is replayed, what was lost at the end was lost among it.
    if !cursors[source].isFinished { noteGaps(trailing[source], source: source) }
    mark(source)
    finishSlice()
  }

  private mutating func mark(_ source: Int) {
    marks[source].append(StageMark(counts: cursors[source].counts, use: guests.use(of: source)))
    slice.add(.mark(source: source))
  }

  /// Cuts one block, to its end, to the end of the turn, or to the end of what is replayed.
  private mutating func cut(_ input: Input, source: Int) throws(GuestError) {
    turns.begin(at: cursors[source].position, from: cursors[source].window.start)
    if input.startsSegment, cursors[source].takeSegmentStart() {
      noteGaps(input.eventsBefore, source: source)
      try restart(source)
    }
    slice.begin(input.block, of: source, base: cursors[source].base, at: cursors[source].piece.runs)
    defer { finishSlice() }
    while true {
      place = (source, cursors[source].position)
      if cursors[source].takeMark() { mark(source) }
      if cursors[source].isFinished { return }
      if turns.isOver(at: cursors[source].position) {
        turns.pass()
        return
      }
      let owner = cursors[source].takeOwner(in: input.block)
      while let event = cursors[source].takeEvent(in: input.block) {
        try apply(event, of: input.block, source: source)
      }
      let isSkipped = cursors[source].isSkipping
      guard let runs = cursors[source].takePiece(in: input.block) else {
        cursors[source].finish(input.block)
        queues[source].removeFirst()
        return
      }
      if isSkipped { slice.skip(to: runs.upperBound) } else { try access(runs, owner, source: source) }
    }
  }

  /// Starts the virtual machines of a trace anew: at a segment, and where records of a whole guest were lost, behind which
  /// its state is told.
  private mutating func restart(_ source: Int) throws(GuestError) {
    for vm in try guests.restart(source) { slice.add(.restart(vm: vm)) }
  }

  /// Notes those of the events that are gaps.
  private mutating func noteGaps(_ events: [PositionedEvent], source: Int) {
    for event in events {
      if case .gap(let records) = event.event { cursors[source].noteGap(records) }
    }
  }

  /// Lets the guest do what a program asked of it.
  private mutating func apply(_ event: Int, of block: RunBlock, source: Int) throws(GuestError) {
    if case .gap(let records) = block.events[event].event {
      cursors[source].noteGap(records)
      if scopes[source] == .wholeSystem, !ignoresEvents { return try restart(source) }
    }
    guard !ignoresEvents else { return }
    let vm = try enter(block.events[event].owner, source: source)
    let here = slice.runs.upperBound
    slice.add(try guests.advance(block, runs: here..<here, events: event..<event + 1, vm: vm))
  }

  /// Lets a process access pages.
  private mutating func access(_ runs: Range<Int>, _ owner: Owner, source: Int) throws(GuestError) {
    let vm = try enter(ignoresEvents ? .unknown : owner, source: source)
    for start in stride(from: runs.lowerBound, to: runs.upperBound, by: Self.runsAtOnce) {
      let stretch = start..<min(start + Self.runsAtOnce, runs.upperBound)
      slice.add(try guests.advance(slice.block, runs: stretch, events: 0..<0, vm: vm))
    }
    slice.extend(to: runs.upperBound)
  }

  /// Lets the virtual processor of an owner run; its machine.
  private mutating func enter(_ owner: Owner, source: Int) throws(GuestError) -> Int {
    let processor = try guests.processor(of: owner, source: source)
    if guests.run(processor) {
      slice.add(.run(vm: processor.vm, vcpu: processor.vcpu, source: source))
    }
    return processor.vm
  }

  private mutating func finishSlice() {
    guard !slice.isEmpty else { return slice = Slice() }
    slices.append(slice)
    slice = Slice(like: slice)
  }
}

extension RunBlock {
  /// Puts events in front of the first record.
  fileprivate mutating func prepend(_ earlier: [PositionedEvent]) {
    guard !earlier.isEmpty else { return }
    let atStart = earlier.map { event in
      var event = event
      event.position = 0
      return event
    }
    events = atStart + events
  }

  /// Removes the events behind the last record.
  fileprivate mutating func takeTrailingEvents() -> [PositionedEvent] {
    guard let first = events.firstIndex(where: { $0.position >= recordCount }) else { return [] }
    defer { events.removeSubrange(first...) }
    return Array(events[first...])
  }
}

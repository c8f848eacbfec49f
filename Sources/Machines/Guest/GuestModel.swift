public import Addressing
import PageTables

/// The guest operating system of one virtual machine, for traces of user programs, which carry no page-table
/// stores: it turns accesses and program events into the guest events that a whole-guest trace has of its own
/// (semantics rules 16 and 17).
///
/// Pages are mapped when first touched. Counts of stores and invalidations are settings of the machine
/// (`guest.*`), recalled from Linux on x86-64 and not measured. What the trace cannot say:
/// - Memory that no event mapped, such as the program image and the stack, is taken for a private file mapping: a
///   read maps a frame of its own, a write to it copies it.
/// - Every file mapping is private, and its frames are freed with it: there is no page cache.
/// - Memory shared between processes is the same frames only where it was touched before the fork.
/// - The zero page is 4 KiB; a read maps a large page at once where one is due.
/// - One virtual processor: one address space runs at a time.
public struct GuestModel: Sendable {
  public internal(set) var statistics = GuestStatistics()

  let settings: Machine.Guest
  let pcid: Bool
  let ignoresEvents: Bool
  var table: PageTable<Virtual, Real>
  var frames: FrameLedger
  /// The one frame of zeros, once a read asked for it.
  var zeroFrame: RealAddress?
  /// The running process, out of its place so that the hot loop reaches it directly: through an array it cost
  /// 250 ns a call in place of 40.
  var running = GuestProcess.none
  /// The place of the running process; -1 is none.
  var current = -1
  /// All processes; ``GuestProcess/none`` in the places of the running one and of those that ended.
  var processes: [GuestProcess] = []
  var freePlaces: [Int] = []
  var placeOfProcess: [UInt32?: Int] = [:]
  /// The process that last ran with each process-context identifier.
  var usersOfPCID: [UInt16: RealAddress] = [:]
  /// What the running call of ``advance(_:runs:events:touching:into:)`` made so far.
  var output: [GuestEvent] = []
  /// Where its next event stands.
  var runIndex = 0

  /// - Parameters:
  ///   - vm: The number of the virtual machine; its frames are drawn with a seed of its own.
  ///   - ignoringEvents: Whether program events, and which process makes an access, are disregarded: then all
  ///     memory belongs to one process, is writable from its first touch, and nothing is ever unmapped, protected or
  ///     copied.
  public init(_ machine: Machine, vm: Int = 0, ignoringEvents: Bool = false) throws(GuestError) {
    settings = machine.guest
    pcid = machine.pcid
    ignoresEvents = ignoringEvents
    do { table = try PageTable(levels: machine.guest.levels) } catch {
      preconditionFailure("a machine's levels are validated: \(error)")
    }
    frames = FrameLedger(
      SelectedAllocator(
        machine.guest.allocator, FrameRegion(bytes: machine.vm.memory.bytes, setting: "vm.memory"),
        fragmentation: machine.guest.fragmentation.value,
        seed: SplitMix64.mix(machine.seed ^ UInt64(vm) << 32),
        sizes: PageSize.allCases.filter { $0.leafLevel <= machine.guest.levels }))
    // Frame 0 stays unused, so that no root is at address 0.
    _ = try frames.allocate(.size4K)
  }

  /// Starts the virtual machine anew, as after ``init(_:vm:ignoringEvents:)``; the storage of its tables is used again,
  /// so that memory does not grow with the number of starts.
  public mutating func restart(_ machine: Machine, vm: Int) throws(GuestError) {
    var storage = PageTable<Virtual, Real>(table.shape)
    swap(&storage, &table)
    storage.removeAll()
    running = .none
    processes = []
    self = try GuestModel(machine, vm: vm, ignoringEvents: ignoresEvents)
    table = storage
  }

  /// Bytes of all page tables now.
  public var tableBytes: UInt64 { table.bytes }

  /// Bytes of real memory in use, for pages and tables.
  public var usedBytes: UInt64 { frames.usedBytes }

  /// Takes the guest through part of a block, all of it of this virtual machine, and appends the guest events that
  /// this gives rise to.
  ///
  /// - Parameters:
  ///   - runs: Indices of the block's runs.
  ///   - events: Indices of the block's events; they are taken at their positions among the runs.
  ///   - touching: Whether the runs are accesses; not while skipping, which applies events only.
  public mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, touching: Bool = true,
    into guestEvents: inout [GuestEvent]
  ) throws(GuestError) {
    swap(&output, &guestEvents)
    defer { swap(&output, &guestEvents) }
    runIndex = runs.lowerBound
    for index in ignoresEvents ? 0..<0 : events {
      let event = block.events[index]
      let end = Self.firstRun(of: block, in: runIndex..<runs.upperBound, atOrAfter: event.position)
      if touching { try touch(block, runIndex..<end) }
      runIndex = end
      try apply(event.event, by: event.owner.addressSpace)
    }
    if touching { try touch(block, runIndex..<runs.upperBound) }
  }

  /// Takes the guest through a whole block of this virtual machine.
  public mutating func advance(_ block: RunBlock, into guestEvents: inout [GuestEvent]) throws(GuestError) {
    try advance(block, runs: block.runs.indices, events: block.events.indices, into: &guestEvents)
  }

  /// Makes the accesses of runs with no event between them, each by the owner of its span.
  private mutating func touch(_ block: RunBlock, _ runs: Range<Int>) throws(GuestError) {
    guard !runs.isEmpty else { return }
    guard !ignoresEvents, !block.spans.isEmpty else { return try touch(block.runs, runs, by: nil) }
    var span = Self.lastSpan(of: block, atOrBefore: block.runs[runs.lowerBound].ordinal)
    var start = runs.lowerBound
    while start < runs.upperBound {
      var end = runs.upperBound
      if span + 1 < block.spans.count {
        end = Self.firstRun(of: block, in: start..<end, atOrAfter: block.spans[span + 1].position)
      }
      if start < end { try touch(block.runs, start..<end, by: block.spans[span].owner.addressSpace) }
      start = end
      span += 1
    }
  }

  /// Makes the accesses of runs of one process.
  private mutating func touch(
    _ runs: [PageRun], _ range: Range<Int>, by addressSpace: UInt32?
  ) throws(GuestError) {
    runIndex = range.lowerBound
    try run(addressSpace)
    while true {
      runIndex =
        running.regions.firstUnknown(runs, runIndex..<range.upperBound, table, running.touched)
      guard runIndex < range.upperBound else { return }
      try satisfy(runs[runIndex])
      runIndex += 1
    }
  }

  /// The first of `runs` whose first record has this position or a later one.
  private static func firstRun(of block: RunBlock, in runs: Range<Int>, atOrAfter position: UInt32) -> Int {
    var low = runs.lowerBound
    var high = runs.upperBound
    while low < high {
      let middle = (low + high) / 2
      if block.runs[middle].ordinal >= position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The span that holds the record at `position`.
  private static func lastSpan(of block: RunBlock, atOrBefore position: UInt32) -> Int {
    var low = 0
    var high = block.spans.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if block.spans[middle].position <= position { low = middle } else { high = middle }
    }
    return low
  }
}

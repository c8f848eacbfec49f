public import Addressing
public import Workers

/// What a trace holds, counted by decoding it once.
public struct TraceStatistics: Hashable, Sendable {
  public var segments = 0
  public var records: UInt64 = 0
  /// Records of each ``AccessKind``, by raw value.
  public var recordsByKind: [UInt64] = [0, 0, 0, 0]
  public var eventsByKind: [EventKind: UInt64] = [:]
  /// Distinct 4 KiB pages fetched from, of all address spaces together.
  public var instructionPages = 0
  /// Distinct 4 KiB pages of data.
  public var dataPages = 0
  /// Distinct 4 KiB pages of either.
  public var pages = 0
  /// Distinct owners, in order of appearance.
  public var owners: [Owner] = []
  /// Records that touch two pages.
  public var crossings: UInt64 = 0
  /// Page runs, instructions and data apart, blocks apart.
  public var runs: UInt64 = 0
  /// Bytes of the file.
  public var bytes: UInt64 = 0

  /// Counts the rest of a trace.
  ///
  /// - Parameters:
  ///   - pool: Who decodes.
  ///   - visit: Called for each block in order, with its page runs, instructions and data apart.
  public init(
    reading reader: TraceReader, pool: WorkerPool = .one,
    visiting visit: (EncodedBlock, RunBlock) -> Void = { _, _ in }
  ) throws(TraceError) {
    let streams = RunStreams.split(sets: 1)
    let slots = (0..<(pool.workers == 1 ? 1 : 2 * pool.workers)).map { _ in Confined(DecodeSlot()) }
    var footprint = Footprint()
    while true {
      var batch: [EncodedBlock] = []
      while batch.count < slots.count, let encoded = try reader.nextBlock() { batch.append(encoded) }
      guard !batch.isEmpty else { break }
      pool.perform(
        zip(slots, batch).map { slot, encoded in
          {
            slot.with {
              $0.assign(encoded); $0.decode([streams])
            }
          }
        })
      for (slot, encoded) in zip(slots, batch) {
        if let failure = slot.with({ $0.failure }) { throw failure }
        let block = slot.with { $0.block(streams) }
        add(block, to: &footprint)
        visit(encoded, block)
      }
    }
    segments = reader.summaries.count
    for summary in reader.summaries {
      records += summary.records
      bytes += summary.bytes
      for kind in 0..<4 { recordsByKind[kind] += summary.recordsByKind[kind] }
    }
    instructionPages = footprint.instruction.all.count
    dataPages = footprint.data.all.count
    pages = footprint.instruction.all.union(footprint.data.all).count
    owners = footprint.owners
  }

  private mutating func add(_ block: RunBlock, to footprint: inout Footprint) {
    runs += UInt64(block.runs.count)
    for event in block.events { eventsByKind[EventKind(event.event), default: 0] += 1 }
    if let end = block.cuts.last { crossings += UInt64(end.fetchCrossings) + UInt64(end.dataCrossings) }
    let spaces = block.spans.map { footprint.space(of: $0.owner) }
    var span = 0
    for run in block.runs {
      while span + 1 < block.spans.count && block.spans[span + 1].position <= run.ordinal { span += 1 }
      footprint.insert(run, space: spaces[span])
    }
  }
}

/// The distinct pages of each address space.
private struct Footprint {
  struct Page: Hashable {
    var space: Int
    var page: UInt64
  }

  /// Pages, and of each of their last bits the one inserted last, which spares nearly all of them the set's hashing.
  struct Pages {
    private(set) var all: Set<Page> = []
    private var recent = Array(repeating: Page(space: -1, page: 0), count: 1024)

    @inline(__always) mutating func insert(_ page: Page) {
      let place = Int(truncatingIfNeeded: page.page) & (recent.count - 1)
      guard recent[place] != page else { return }
      recent[place] = page
      all.insert(page)
    }
  }

  var instruction = Pages()
  var data = Pages()
  private(set) var owners: [Owner] = []
  private var known: Set<Owner> = []
  private var spaces: [Owner: Int] = [:]

  /// The number of the owner's address space.
  mutating func space(of owner: Owner) -> Int {
    if known.insert(owner).inserted { owners.append(owner) }
    let key = Owner(vm: owner.vm, addressSpace: owner.addressSpace)
    let number = spaces[key] ?? spaces.count
    spaces[key] = number
    return number
  }

  mutating func insert(_ run: PageRun, space: Int) {
    let page = Page(space: space, page: run.page)
    if run.isFetch { instruction.insert(page) } else { data.insert(page) }
  }
}

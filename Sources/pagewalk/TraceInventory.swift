import Addressing
import Traces

/// What a trace holds, counted by reading all of it. The property names are those of the JSON form, there in
/// snake case.
struct TraceInventory: Encodable {
  var file: String
  var bytes: UInt64 = 0
  var records: UInt64 = 0
  var fetches: UInt64 = 0
  var loads: UInt64 = 0
  var stores: UInt64 = 0
  var modifies: UInt64 = 0
  var events: UInt64 = 0
  /// Only kinds that occur.
  var eventsByKind: [String: UInt64] = [:]
  /// 4 KiB pages touched, of each address space and machine by itself.
  var pages = 0
  var dataPages = 0
  var instructionPages = 0
  /// Instructions and data apart (semantics rule 3).
  var pageRuns: UInt64 = 0
  /// Different owners of records, unknown ones included.
  var owners = 0
  /// Those of each owner, the most first.
  var accessesByOwner: [OwnedAccesses] = []
  /// The numbers of phase marks, in order, each once.
  var phases: [UInt32] = []
  /// Only where some segment is of a whole system.
  var guest: GuestEventCounts?
  var segments: [Segment] = []

  /// How many accesses one owner made.
  struct OwnedAccesses: Encodable {
    var owner: Owner
    var accesses: UInt64

    private enum CodingKeys: String, CodingKey {
      case vm, vcpu, process, thread, accesses
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(owner.vm, forKey: .vm)
      try container.encodeIfPresent(owner.vcpu, forKey: .vcpu)
      try container.encodeIfPresent(owner.addressSpace, forKey: .process)
      try container.encodeIfPresent(owner.thread, forKey: .thread)
      try container.encode(accesses, forKey: .accesses)
    }
  }

  /// The provenance of one segment.
  struct Segment: Encodable {
    var version: String
    var scope: String
    /// Whose accesses of a whole system were left out; nil is nobody's.
    var leftOut: String?
    var addresses: String
    var recorder: String
    var command: String
    var note: String
    var sourceDigest: String?
    var skippedRecords: UInt64
    var records: UInt64
    var blocks: UInt32
    var checkpoints: UInt32
    var digest: String
  }

  var footprintBytes: UInt64 { UInt64(pages) * PageSize.size4K.bytes }
  var bytesPerRecord: Double? { records == 0 ? nil : Double(bytes) / Double(records) }
  var runsPerRecord: Double? { records == 0 ? nil : Double(pageRuns) / Double(records) }

  /// Reads a trace to its end.
  init(reading path: String) throws {
    let reader = try TraceFile.open(path)
    file = path
    var headers: [TraceHeader] = []
    var guestEvents = GuestEventCounts()
    var accesses: [Owner: UInt64] = [:]
    var phases: Set<UInt32> = []
    let statistics = try TraceStatistics(reading: reader) { block, runs in
      while headers.count <= block.segment { headers.append(reader.header) }
      for event in runs.events {
        guestEvents.count(event)
        if case .phase(let number) = event.event { phases.insert(number) }
      }
      for (index, span) in runs.spans.enumerated() {
        let end = index + 1 < runs.spans.count ? runs.spans[index + 1].position : runs.recordCount
        accesses[span.owner, default: 0] += UInt64(end - span.position)
      }
    }
    accessesByOwner = accesses.map { OwnedAccesses(owner: $0.key, accesses: $0.value) }
      .sorted { $0.accesses == $1.accesses ? $0.owner.precedes($1.owner) : $0.accesses > $1.accesses }
    self.phases = phases.sorted()
    while headers.count < reader.summaries.count { headers.append(reader.header) }
    (bytes, records, pageRuns) = (statistics.bytes, statistics.records, statistics.runs)
    (pages, dataPages, instructionPages) = (
      statistics.pages, statistics.dataPages, statistics.instructionPages
    )
    owners = statistics.owners.count
    for kind in EventKind.allCases { eventsByKind[kind.name] = statistics.eventsByKind[kind] }
    if headers.contains(where: { $0.scope == .wholeSystem }) { guest = guestEvents }
    for (header, summary) in zip(headers, reader.summaries) { add(header, summary) }
  }

  private mutating func add(_ header: TraceHeader, _ summary: TraceSummary) {
    fetches += summary.records(of: .fetch)
    loads += summary.records(of: .load)
    stores += summary.records(of: .store)
    modifies += summary.records(of: .modify)
    events += summary.events
    segments.append(
      Segment(
        version: "\(header.majorVersion).\(header.minorVersion)", scope: header.scope.name,
        leftOut: header.kept.leftOut, addresses: header.addressKind.name, recorder: header.recorder,
        command: header.command,
        note: header.note,
        sourceDigest: header.sourceDigest, skippedRecords: header.skipped, records: summary.records,
        blocks: summary.blocks, checkpoints: summary.checkpoints, digest: summary.digestText))
  }

  private enum CodingKeys: String, CodingKey {
    case file, bytes, records, fetches, loads, stores, modifies, events, eventsByKind, pages, dataPages
    case instructionPages, footprintBytes, pageRuns, bytesPerRecord, runsPerRecord, owners, accessesByOwner
    case phases, guest, segments
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(records, forKey: .records)
    try container.encode(fetches, forKey: .fetches)
    try container.encode(loads, forKey: .loads)
    try container.encode(stores, forKey: .stores)
    try container.encode(modifies, forKey: .modifies)
    try container.encode(events, forKey: .events)
    try container.encode(eventsByKind, forKey: .eventsByKind)
    try container.encode(pages, forKey: .pages)
    try container.encode(dataPages, forKey: .dataPages)
    try container.encode(instructionPages, forKey: .instructionPages)
    try container.encode(footprintBytes, forKey: .footprintBytes)
    try container.encode(pageRuns, forKey: .pageRuns)
    try container.encodeIfPresent(bytesPerRecord, forKey: .bytesPerRecord)
    try container.encodeIfPresent(runsPerRecord, forKey: .runsPerRecord)
    try container.encode(owners, forKey: .owners)
    try container.encode(accessesByOwner, forKey: .accessesByOwner)
    try container.encode(phases, forKey: .phases)
    try container.encodeIfPresent(guest, forKey: .guest)
    try container.encode(segments, forKey: .segments)
  }
}

extension TraceHeader.Kept {
  /// Whose accesses were left out; nil is nobody's.
  fileprivate var leftOut: String? {
    switch self {
    case .all: nil
    case .user: "accesses of the kernel"
    case .kernel: "accesses of user programs"
    }
  }
}

extension Owner {
  /// Whether it is listed before another one, what is unknown before what is known.
  fileprivate func precedes(_ other: Owner) -> Bool {
    func order(_ owner: Owner) -> [Int64] {
      [owner.vm, owner.vcpu, owner.addressSpace, owner.thread].map { $0.map(Int64.init) ?? -1 }
    }
    return order(self).lexicographicallyPrecedes(order(other))
  }
}

import Addressing
import Testing
import Traces

@Suite struct RoundTripTests {
  @Test(arguments: 1...6, [true, false])
  func everyRecordAndEventComesBackInOrder(seed: UInt64, hasFetches: Bool) throws {
    for owners in [1, 3] {
      var random = RandomTrace(seed: seed, hasFetches: hasFetches, owners: owners)
      let items = random.items(5000)
      let blocks = try decodeAll(try items.encoded(recordsPerBlock: 700))
      #expect(blocks.flatMap(\.items) == items, "seed \(seed), \(owners) owners")
    }
  }

  @Test(arguments: 1...6, [true, false])
  func runsAreThoseOfTheRules(seed: UInt64, hasFetches: Bool) throws {
    for owners in [1, 4] {
      var random = RandomTrace(seed: seed, hasFetches: hasFetches, owners: owners)
      let bytes = try random.items(6000).encoded(recordsPerBlock: 900)
      let breaks = random.breaks(25, below: 1000)
      for streams in RunOracle.streams {
        for breaks in [[], breaks] {
          try compareRuns(bytes, streams, breaks, "seed \(seed), \(owners) owners")
        }
      }
    }
  }

  /// What `verify` holds against each other agrees, and no longer once a run or a cut is another.
  @Test(arguments: 1...3, [true, false])
  func aRunThatIsNotThatOfTheRecordsIsNoticed(seed: UInt64, hasFetches: Bool) throws {
    var random = RandomTrace(seed: seed, hasFetches: hasFetches, owners: 3)
    let reader = try TraceReader(MemorySource(try random.items(3000).encoded(recordsPerBlock: 900)))
    let decoder = BlockDecoder()
    var (records, runs) = (RecordBlock(), RunBlock())
    var choice = SplitMix64(seed: seed)
    while let block = try reader.nextBlock() {
      try decoder.decodeRecords(block, into: &records)
      try decoder.decodeRuns(block, streams: .split(sets: 1), into: &runs)
      #expect(RunComparison.firstDifference(of: records, from: runs) == nil)
      let changes: [(inout RunBlock, Int, Int) -> Void] = [
        { runs, index, _ in runs.runs[index].page ^= 1 },
        { runs, index, _ in runs.runs[index].flags ^= 2 },
        { runs, index, _ in runs.runs[index].ordinal += 1 },
        { runs, index, _ in runs.runs.remove(at: index) },
        { runs, index, _ in runs.runs.insert(runs.runs[index], at: index) },
        { runs, _, index in runs.cuts.remove(at: index) },
        { runs, _, index in runs.cuts[index].runs += 1 },
        { runs, _, index in runs.cuts[index].dataCrossings += 1 },
        { runs, _, index in runs.cuts[index].fetches += 1 },
        { runs, _, _ in runs.recordCount += 1 },
      ]
      for (number, change) in changes.enumerated() {
        var other = runs
        let run = Int(choice.next() % UInt64(runs.runs.count))
        change(&other, run, Int(choice.next() % UInt64(runs.cuts.count)))
        #expect(RunComparison.firstDifference(of: records, from: other) != nil, "change \(number)")
      }
    }
  }

  private func compareRuns(
    _ bytes: [UInt8], _ streams: RunStreams, _ breaks: [UInt32], _ comment: Comment
  ) throws {
    let reader = try TraceReader(MemorySource(bytes))
    let decoder = BlockDecoder()
    var runs = RunBlock()
    var records = RecordBlock()
    while let block = try reader.nextBlock() {
      try decoder.decodeRecords(block, into: &records)
      try decoder.decodeRuns(block, streams: streams, breaks: breaks, into: &runs)
      let expected = RunOracle.runs(of: records, streams: streams, breaks: breaks)
      #expect(runs.runs == expected.runs, comment)
      #expect(runs.cuts == expected.cuts, comment)
      #expect(runs.events == records.events, comment)
      #expect(runs.spans == records.spans, comment)
      #expect(runs.recordCount == UInt32(records.accesses.count), comment)
    }
  }

  @Test func anEmptyTraceIsLegal() throws {
    let sink = MemorySink()
    let summary = try [TraceItem]().write(to: sink)
    #expect(summary.records == 0 && summary.blocks == 0)
    let reader = try TraceReader(MemorySource(sink.bytes))
    #expect(try reader.nextBlock() == nil)
    #expect(reader.summaries == [summary])
  }

  @Test func eventsWithoutRecordsComeBack() throws {
    let items: [TraceItem] = [
      .event(.phase(1), .unknown), .event(.exit(wholeProcess: true), Owner(vm: 1, addressSpace: 2)),
    ]
    #expect(try decodeAll(try items.encoded()).flatMap(\.items) == items)
  }

  @Test func concatenatedFilesAreSegments() throws {
    var random = RandomTrace(seed: 9)
    let first = random.items(3000)
    let second = random.items(2000)
    let bytes = try first.encoded() + [TraceItem]().encoded() + second.encoded()
    #expect(try decodeAll(bytes).flatMap(\.items) == first + second)
    let reader = try TraceReader(MemorySource(bytes))
    var segments: Set<Int> = []
    while let block = try reader.nextBlock() { segments.insert(block.segment) }
    #expect(segments == [0, 2])
    #expect(reader.summaries.count == 3)
  }
}

import Addressing
import Strategies
import Traces
import Workers

// One round of the work on batches of blocks.
extension Replayer {
  /// What is done with a batch, by the order in which it goes through.
  private enum Work {
    case decoding, cutting, replaying
  }

  /// Reads a batch and decodes it, while the batch before it is cut and the one before that replayed; whether work is left.
  mutating func performAtOnce() throws(ReplayError) -> Bool {
    let batch = try readBatch()
    // First levels with their lanes first, as the largest pieces.
    perform([.replaying, .cutting, .decoding], batch)
    try checkFailures(batch)
    let isReplaying = assignSlices()
    appendBlocks(batch)
    return isReplaying || isWorkLeft
  }

  /// Takes a batch through all work; whether work is left.
  mutating func performInTurn() throws(ReplayError) -> Bool {
    let batch = try readBatch()
    perform([.decoding], batch)
    try checkFailures(batch)
    appendBlocks(batch)
    perform([.cutting], batch)
    try checkFailures(batch)
    _ = assignSlices()
    perform([.replaying], batch)
    try checkFailures(batch)
    return isWorkLeft
  }

  /// A block of the batch, in its slot.
  private struct BatchEntry {
    var slot: Confined<DecodeSlot>
    var source: Int
    var startsSegment: Bool
  }

  /// Reads the next blocks of every trace that its guest stages wait for.
  private mutating func readBatch() throws(ReplayError) -> [BatchEntry] {
    let blocks = max(1, min(blocksPerBatch, Self.runsInFlight / batchesInFlight / largestBlock))
    var batch: [BatchEntry] = []
    for source in sources.indices {
      let waiting = groups.map { group in group.stage.with { $0.stage.waiting(source) } }.max() ?? 0
      for _ in 0..<max(0, blocks - waiting) {
        guard let block = try nextBlock(of: source) else { break }
        let slot = slot(batch.count)
        slot.with { $0.assign(block.encoded, breaks: block.breaks) }
        batch.append(BatchEntry(slot: slot, source: source, startsSegment: block.startsSegment))
      }
    }
    return batch
  }

  private mutating func nextBlock(of source: Int) throws(ReplayError) -> TraceSource.Block? {
    do throws(TraceError) { return try sources[source].next() } catch { throw .trace(error) }
  }

  private mutating func slot(_ index: Int) -> Confined<DecodeSlot> {
    let set = round % batchesInFlight
    if index == slots[set].count { slots[set].append(Confined(DecodeSlot())) }
    return slots[set][index]
  }

  /// Works on all workers.
  private func perform(_ works: [Work], _ batch: [BatchEntry]) {
    var tasks: [@Sendable () -> Void] = []
    for work in works {
      switch work {
      case .replaying: for stage in stages { tasks.append { [stage] in stage.with { $0.replay() } } }
      case .cutting: for group in groups { tasks.append { [stage = group.stage] in stage.with { $0.cut() } } }
      case .decoding:
        for entry in batch {
          tasks.append { [slot = entry.slot, streams] in slot.with { $0.decode(streams) } }
        }
      }
    }
    pool.perform(tasks)
  }

  /// The first error of a round: of the furthest stage, where it stands earliest in the traces.
  private func checkFailures(_ batch: [BatchEntry]) throws(ReplayError) {
    for stage in stages {
      if let failure = stage.with({ $0.failure }) {
        throw .translation(failure.error, strategy: failure.strategy, place(failure.source, failure.record))
      }
    }
    for group in groups {
      if let failure = group.stage.with({ $0.failure }) {
        throw .guest(failure.error, place(failure.source, failure.record))
      }
    }
    for entry in batch {
      if let failure = entry.slot.with({ $0.failure }) { throw .trace(failure) }
    }
  }

  private func place(_ source: Int, _ record: UInt64) -> TracePlace {
    TracePlace(trace: sources[source].name, record: record, isStart: true)
  }

  /// Hands slices on to the first levels; whether there are any.
  private func assignSlices() -> Bool {
    var isAny = false
    for group in groups {
      let slices = group.stage.with { $0.takeSlices() }
      isAny = isAny || !slices.isEmpty
      for index in group.firstLevels { stages[index].with { $0.assign(slices) } }
    }
    return isAny
  }

  /// Hands decoded blocks, and the ends of traces, on to guest stages.
  private mutating func appendBlocks(_ batch: [BatchEntry]) {
    for group in groups {
      for entry in batch {
        let block = entry.slot.with { $0.block(group.streams) }
        largestBlock = max(largestBlock, block.runs.count)
        let input = GuestStage.Input(block: block, startsSegment: entry.startsSegment)
        group.stage.with { $0.stage.append(input, source: entry.source) }
      }
      for source in sources.indices where sources[source].isEnded {
        group.stage.with { $0.stage.append(nil, source: source) }
      }
    }
  }

  /// Whether blocks are to be read or cut.
  private var isWorkLeft: Bool {
    sources.contains { !$0.isEnded } || groups.contains { !$0.stage.with { $0.stage.isComplete } }
  }

  /// The share of the work done, where every trace tells its length.
  var share: Double? {
    let shares = sources.map(\.progress)
    return shares.contains(nil) ? nil : shares.compactMap { $0 }.min()
  }
}

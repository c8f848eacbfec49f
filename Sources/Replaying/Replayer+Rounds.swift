import Addressing
import Strategies
import Traces

// One round: a batch is read, then decoded, while the batch before it is cut and the one before that is replayed.
extension Replayer {
  /// A block of the batch, in its slot.
  struct BatchEntry {
    var slot: Confined<DecodeSlot>
    var source: Int
    var startsSegment: Bool
  }

  /// Reads the next blocks of every trace that its guest stages wait for.
  mutating func readBatch() throws(ReplayError) -> [BatchEntry] {
    let blocks = max(1, min(2 * pool.workers, Self.runsInFlight / Self.batchesInFlight / largestBlock))
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
    let set = round % Self.batchesInFlight
    if index == slots[set].count { slots[set].append(Confined(DecodeSlot())) }
    return slots[set][index]
  }

  /// Does the work of a round on all workers; lanes, the largest pieces, first.
  func perform(_ batch: [BatchEntry]) {
    let (lanes, groups, streams) = (self.lanes, self.groups.map(\.stage), self.streams)
    let slots = batch.map(\.slot)
    pool.perform(lanes.count + groups.count + slots.count) { task in
      if task < lanes.count {
        lanes[task].with { $0.replay() }
      } else if task < lanes.count + groups.count {
        groups[task - lanes.count].with { $0.cut() }
      } else {
        slots[task - lanes.count - groups.count].with { $0.decode(streams) }
      }
    }
  }

  /// The first error of a round: of the furthest stage, where it stands earliest in the traces.
  func checkFailures(_ batch: [BatchEntry]) throws(ReplayError) {
    for (index, lane) in lanes.enumerated() {
      if let failure = lane.with({ $0.failure }) {
        throw .translation(failure, strategy: specifications[index].strategy.name)
      }
    }
    for group in groups {
      if let failure = group.stage.with({ $0.failure }) { throw .guest(failure) }
    }
    for entry in batch {
      if let failure = entry.slot.with({ $0.failure }) { throw .trace(failure) }
    }
  }

  /// Hands slices on to lanes and decoded blocks on to guest stages; whether work is left.
  mutating func handOver(_ batch: [BatchEntry]) -> Bool {
    var isWorkLeft = sources.contains { !$0.isEnded }
    for group in groups {
      let slices = group.stage.with { $0.takeSlices() }
      for lane in group.lanes { lanes[lane].with { $0.assign(slices) } }
      for entry in batch {
        let block = entry.slot.with { $0.block(group.streams) }
        largestBlock = max(largestBlock, block.runs.count)
        let input = GuestStage.Input(block: block, startsSegment: entry.startsSegment)
        group.stage.with { $0.stage.append(input, source: entry.source) }
      }
      for source in sources.indices where sources[source].isEnded {
        group.stage.with { $0.stage.append(nil, source: source) }
      }
      isWorkLeft = isWorkLeft || !slices.isEmpty || !group.stage.with { $0.stage.isComplete }
    }
    return isWorkLeft
  }

  /// The share of the work done, where every trace tells its length.
  var share: Double? {
    let shares = sources.map(\.progress)
    return shares.contains(nil) ? nil : shares.compactMap { $0 }.min()
  }
}

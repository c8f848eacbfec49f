import Addressing
import Traces
import TranslationCaches
import Workers

/// Counts miss curves in one pass over a trace: blocks are decoded once, while the lanes of all streams and page sizes
/// count those decoded before. Events are passed over: nothing is unmapped.
///
/// What a lane counts does not depend on the number of workers or on the other lanes.
public struct CurvePass {
  /// Batches in flight at once: one decoded, one counted.
  private static let batchesInFlight = 2

  private let request: CurveRequest
  private var source: TraceSource
  private let lanes: [(stream: CurveStream, state: Confined<CurveLane>)]
  private let streams: [RunStreams]
  private let pool: WorkerPool
  private var slots: [[Confined<DecodeSlot>]]
  /// The largest number of runs that a block has had so far.
  private var largestBlock = 1

  /// A block of a batch, in its slot.
  private struct Entry {
    var slot: Confined<DecodeSlot>
    var startsSegment: Bool
  }

  /// Sets up for a trace that has not been read from.
  ///
  /// - Parameter options: The window and the number of workers; the rest has no say.
  /// - Throws: ``CurveError`` where the trace's length is needed and unknown.
  public init(
    _ input: TraceInput, _ request: CurveRequest, _ options: ReplayOptions
  ) throws(CurveError) {
    var options = options
    options.interval = nil
    do throws(ReplayError) { source = try TraceSource(input, options: options, quanta: []) } catch {
      throw .replay(error)
    }
    self.request = request
    var lanes: [(stream: CurveStream, state: Confined<CurveLane>)] = []
    for stream in request.streams {
      for granule in request.granules {
        lanes.append((stream, Confined(CurveLane(request, stream, granule, window: source.window))))
      }
    }
    self.lanes = lanes
    streams = [.split(sets: 1), .unified].filter { runs in request.streams.contains { $0.runs == runs } }
    pool = WorkerPool(workers: max(1, options.jobs))
    slots = Array(repeating: [], count: Self.batchesInFlight)
  }

  /// Reads the trace and counts.
  ///
  /// - Parameter progress: Called now and then with the accesses read and, where known, the share done, 0 to 1.
  public mutating func run(
    progress: (_ accesses: UInt64, _ share: Double?) -> Void = { _, _ in }
  ) throws(CurveError) -> CurveResult {
    var decoded: [RunStreams: [CurveLane.Input]] = [:]
    for round in 0... {
      let batch = try readBatch(into: round % Self.batchesInFlight)
      if batch.isEmpty && decoded.isEmpty { break }
      perform(batch, decoded)
      decoded = try results(batch)
      progress(source.accesses, source.progress)
    }
    return try result()
  }

  private mutating func readBatch(into set: Int) throws(CurveError) -> [Entry] {
    let blocks = max(1, min(2 * pool.workers, Replayer.runsInFlight / Self.batchesInFlight / largestBlock))
    var batch: [Entry] = []
    while batch.count < blocks, let block = try nextBlock() {
      if batch.count == slots[set].count { slots[set].append(Confined(DecodeSlot())) }
      let slot = slots[set][batch.count]
      slot.with { $0.assign(block.encoded, breaks: block.breaks) }
      batch.append(Entry(slot: slot, startsSegment: block.startsSegment))
    }
    return batch
  }

  private mutating func nextBlock() throws(CurveError) -> TraceSource.Block? {
    do throws(TraceError) { return try source.next() } catch { throw .replay(.trace(error)) }
  }

  /// Decodes a batch, while lanes count the one before.
  private func perform(_ batch: [Entry], _ decoded: [RunStreams: [CurveLane.Input]]) {
    var tasks: [@Sendable () -> Void] = []
    for lane in lanes {
      let inputs = decoded[lane.stream.runs] ?? []
      tasks.append { [state = lane.state] in state.with { $0.replay(inputs) } }
    }
    for entry in batch {
      tasks.append { [slot = entry.slot, streams] in slot.with { $0.decode(streams) } }
    }
    pool.perform(tasks)
  }

  /// The decoded blocks of a batch.
  private mutating func results(_ batch: [Entry]) throws(CurveError) -> [RunStreams: [CurveLane.Input]] {
    if lanes.contains(where: { $0.state.with { $0.hasTooManySpaces } }) {
      throw .tooManyAddressSpaces(trace: source.name, limit: PageKey.lastSpace + 1)
    }
    var decoded: [RunStreams: [CurveLane.Input]] = [:]
    for entry in batch {
      if let failure = entry.slot.with({ $0.failure }) { throw .replay(.trace(failure)) }
      for stream in streams {
        let block = entry.slot.with { $0.block(stream) }
        largestBlock = max(largestBlock, block.runs.count)
        decoded[stream, default: []].append(
          CurveLane.Input(block: block, startsSegment: entry.startsSegment))
      }
    }
    return decoded
  }

  private func result() throws(CurveError) -> CurveResult {
    let states = lanes.map { $0.state.with { $0 } }
    guard let first = states.first else { preconditionFailure("no curve was asked for") }
    guard let warmup = first.warmup, first.counts.accesses > warmup.accesses else {
      throw .replay(.nothingToCount(trace: source.name, accesses: source.accesses))
    }
    let counts = first.counts - warmup
    let curves = states.map { $0.curves(of: counts) }
    let families = 1 + request.sets.count
    return CurveResult(
      curves: (0..<families).flatMap { family in curves.map { $0[family] } }, counts: counts,
      warmupAccesses: warmup.accesses, ignoredEvents: first.ignoredEvents)
  }
}

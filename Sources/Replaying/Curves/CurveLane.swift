import Addressing
import TranslationCaches

/// The curves of one stream and page size, being counted. Lanes share nothing, so they run side by side.
struct CurveLane: Sendable {
  /// A decoded block.
  struct Input: Sendable {
    var block: RunBlock
    /// Whether it is the first of a segment after the first.
    var startsSegment: Bool
  }

  private let stream: CurveStream
  private let granule: Granule
  private var cursor: SourceCursor
  private var spaces = SpaceNumbers()
  /// References that are not counted yet.
  private var references: [PageKey] = []
  /// The page referenced last.
  private var latest = PageKey.none
  private var exact: StackDistances?
  private var sampled: SampledStackDistances?
  private var sets: [SetStackDistances]
  /// What was accessed before counting started; nil until then.
  private(set) var warmup: TraceCounts?
  /// Events passed over.
  private(set) var ignoredEvents: UInt64 = 0
  private(set) var hasTooManySpaces = false

  init(_ request: CurveRequest, _ stream: CurveStream, _ granule: Granule, window: Window) {
    self.stream = stream
    self.granule = granule
    cursor = SourceCursor(window: window)
    if let rate = request.sampleRate {
      sampled = SampledStackDistances(rate: rate, limit: request.entries)
    } else {
      exact = StackDistances(limit: request.entries)
    }
    sets = request.sets.map { SetStackDistances(sets: $0, ways: request.ways) }
  }

  /// What was accessed so far, warm-up included.
  var counts: TraceCounts { cursor.counts }

  /// Takes the next blocks.
  mutating func replay(_ inputs: [Input]) {
    for input in inputs where !cursor.isFinished && !hasTooManySpaces { replay(input) }
  }

  private mutating func replay(_ input: Input) {
    if input.startsSegment { restart() }
    defer { count() }
    while true {
      if cursor.takeMark() { startCounting() }
      if cursor.isFinished { return }
      let owner = cursor.takeOwner(in: input.block)
      while cursor.takeEvent(in: input.block) != nil { ignoredEvents += 1 }
      let isSkipped = cursor.isSkipping
      guard let runs = cursor.takePiece(in: input.block) else { return cursor.finish(input.block) }
      if !isSkipped { take(input.block.runs, runs, of: owner) }
    }
  }

  /// Takes the pages of runs. A reference to the page referenced last hits in every structure and changes none.
  private mutating func take(_ runs: [PageRun], _ range: Range<Int>, of owner: Owner) {
    let space = spaces.number(of: owner)
    guard space <= PageKey.lastSpace else { return hasTooManySpaces = true }
    let shift = granule.shift - 12
    var latest = latest
    for position in range {
      let run = runs[position]
      let page = PageKey(space: space, number: run.page &>> shift)
      if page != latest && stream.contains(run) {
        references.append(page)
        latest = page
      }
    }
    self.latest = latest
  }

  /// Lets the structures see the references taken.
  private mutating func count() {
    exact?.reference(references)
    sampled?.reference(references)
    for index in sets.indices { sets[index].reference(references) }
    references.removeAll(keepingCapacity: true)
  }

  private mutating func startCounting() {
    count()
    exact?.resetCounts()
    sampled?.resetCounts()
    for index in sets.indices { sets[index].resetCounts() }
    warmup = cursor.counts
  }

  /// A segment starts: other programs, whose address spaces are none of those before.
  private mutating func restart() {
    spaces = SpaceNumbers()
    latest = .none
    exact?.forgetPages()
    sampled?.forgetPages()
    for index in sets.indices { sets[index].forgetPages() }
  }
}

extension CurveLane {
  /// The curves: fully associative, then of each set count.
  func curves(of counts: TraceCounts) -> [MissCurve] {
    let lookups = stream.lookups(counts)
    var full: [MissCurve] = []
    if let exact { full.append(curve(exact, lookups: lookups)) }
    if let sampled { full.append(curve(sampled, lookups: lookups)) }
    return full
      + sets.map { distances in
        var curve = full[0]
        curve.sets = distances.sets
        curve.misses = distances.histogram.misses
        return curve
      }
  }

  private func curve(_ distances: StackDistances, lookups: UInt64) -> MissCurve {
    MissCurve(
      stream: stream, page: granule, sets: 1, lookups: lookups, misses: distances.histogram.misses,
      coldMisses: distances.coldMisses, footprint: UInt64(distances.pageCount), sampling: nil)
  }

  private func curve(_ distances: SampledStackDistances, lookups: UInt64) -> MissCurve {
    let misses = distances.misses
    return MissCurve(
      stream: stream, page: granule, sets: 1, lookups: lookups,
      misses: misses.map { UInt64($0.mean.rounded()) },
      coldMisses: UInt64(distances.coldMisses.mean.rounded()),
      footprint: UInt64(distances.pageCount.mean.rounded()),
      sampling: MissCurve.Sampling(
        pages: distances.sampledPages, resolution: distances.resolution,
        standardErrors: misses.map(\.standardError)))
  }
}

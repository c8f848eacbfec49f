import Machines
import Results
import Strategies
import Workers

// From counts at marks to results.
extension Replayer {
  /// The results of every lane, in the order of lanes and traces: the whole trace, then its intervals.
  func results() throws(ReplayError) -> [ReplayResult] {
    var results: [ReplayResult] = []
    for group in groups {
      for lane in specifications.indices where group.firstLevels.contains(places[lane].firstLevel) {
        for source in sources.indices { results += try self.results(of: lane, source, group) }
      }
    }
    return results.sorted {
      ($0.lane, $0.source, $0.interval ?? -1) < ($1.lane, $1.source, $1.interval ?? -1)
    }
  }

  private func results(
    of lane: Int, _ source: Int, _ group: Group
  ) throws(ReplayError) -> [ReplayResult] {
    let ends = group.stage.with { $0.stage.marks(of: source) }
    let place = places[lane]
    let counted = stages[place.firstLevel].with {
      $0.marks(of: source, lane: place.lane, machine: place.machine)
    }
    guard ends.count > 1, let last = ends.last, last.counts.accesses > ends[0].counts.accesses else {
      throw .nothingToCount(trace: sources[source].name, accesses: sources[source].accesses)
    }
    let window = sources[source].window
    func result(_ first: Int, _ last: Int, interval: Int?) -> ReplayResult {
      let (start, end) = (ends[first], ends[last])
      let counts = end.counts - start.counts
      return ReplayResult(
        lane: lane, source: source, interval: interval, firstAccess: window.start + start.counts.accesses,
        endAccess: window.start + end.counts.accesses, warmupAccesses: ends[0].counts.accesses,
        counts: counts,
        tally: (counted[last].tally - counted[first].tally).with(
          counts, specifications[lane].machine.firstLevelSharing),
        gauges: Self.gauges(end.use, counted[last]))
    }
    let whole = result(0, ends.count - 1, interval: nil)
    guard window.interval != nil else { return [whole] }
    let intervals = (1..<ends.count).filter { ends[$0].counts.accesses > ends[$0 - 1].counts.accesses }
    return [whole] + intervals.map { result($0 - 1, $0, interval: $0 - 1) }
  }

  private static func gauges(_ use: GuestStatistics, _ mark: Lane.MachineMark) -> Gauges {
    Gauges(
      footprintBytes: use.footprintBytes, guestTableBytes: mark.guestTableBytes,
      realMapTableBytes: mark.tables.realMap, shadowTableBytes: mark.tables.shadow,
      guest2MCoverage: use.guest2MCoverage)
  }
}

extension Tally {
  /// The same counts with the lookups of the first level, which follow from what was accessed: what did not
  /// miss hit, and a hit is never a first touch.
  func with(_ counts: TraceCounts, _ sharing: FirstLevelSharing) -> Tally {
    var tally = self
    let data = sharing == .split ? counts.dataLookups : counts.dataLookups + counts.fetchLookups
    tally.firstTouch.l1dLookups = firstTouch.l1dMisses
    tally.steady.l1dLookups = data - firstTouch.l1dMisses
    if sharing == .split {
      tally.firstTouch.l1iLookups = firstTouch.l1iMisses
      tally.steady.l1iLookups = counts.fetchLookups - firstTouch.l1iMisses
    }
    return tally
  }
}

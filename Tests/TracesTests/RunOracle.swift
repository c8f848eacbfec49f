import Addressing
import Traces

/// Page runs by the letter of the rules, from records: slow, obvious, and independent of the decoder.
enum RunOracle {
  static let streams: [RunStreams] = [
    .unified, .split(sets: 1), .split(sets: 4), .split(sets: RunStreams.mostSets),
  ]

  static func runs(
    of records: RecordBlock, streams: RunStreams, breaks: [UInt32]
  ) -> (runs: [PageRun], cuts: [RunCut]) {
    let end = UInt32(records.accesses.count)
    let positions = Set(
      breaks.filter { $0 <= end } + records.events.map(\.position) + records.spans.dropFirst().map(\.position)
        + [end])
    var runs: [PageRun] = []
    var cuts: [RunCut] = []
    // By stream and class of pages.
    var last: [[UInt64]: PageRun] = [:]
    var (fetches, fetchCrossings, dataCrossings) = (UInt32(0), UInt32(0), UInt32(0))
    for position in 0...end {
      if positions.contains(position) {
        last = [:]
        cuts.append(
          RunCut(
            position: position, runs: runs.count, fetches: fetches, fetchCrossings: fetchCrossings,
            dataCrossings: dataCrossings))
      }
      if position == end { break }
      let access = records.accesses[Int(position)]
      let isFetch = access.kind == .fetch
      var touched = [access.address.pageNumber]
      if access.crossesPage {
        // The page after the last of either half is the first of the other.
        let next = access.address.alignedDown(to: .size4K).rawValue &+ 4096
        touched.append(UInt64(bitPattern: Int64(bitPattern: next << 7) >> 7) >> 12)
        if isFetch { fetchCrossings += 1 } else { dataCrossings += 1 }
      }
      if isFetch { fetches += 1 }
      for page in touched {
        let key: [UInt64] =
          if case .split(let sets) = streams { [isFetch ? 1 : 0, page % UInt64(sets)] } else { [] }
        let run = PageRun(page: page, ordinal: position, isFetch: isFetch, isWrite: access.kind.isWrite)
        if let before = last[key], before.page == page, before.isFetch == isFetch,
          before.isWrite || !run.isWrite
        {
          continue
        }
        runs.append(run)
        last[key] = run
      }
    }
    return (runs, cuts)
  }
}

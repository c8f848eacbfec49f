public import Addressing

/// Holds the page runs of a block, which are decoded without its records, against these by the rules (semantics rules 2 and
/// 3), each stream by itself.
public struct RunComparison {
  private let decoded: RunBlock
  /// How many of the runs and cuts the records have borne out.
  private var runs = 0
  private var cuts = 0
  /// The run that data and instructions go on with, if they do.
  private var data: PageRun?
  private var instructions: PageRun?
  private var counts = RunCut(position: 0, runs: 0, fetches: 0, fetchCrossings: 0, dataCrossings: 0)

  private init(_ decoded: RunBlock) { self.decoded = decoded }

  /// The position of the first record before which, or at which, the runs are not those of the records; nil where they
  /// agree.
  ///
  /// - Parameter decoded: Of ``RunStreams/split(sets:)`` with one class, and no breaks.
  public static func firstDifference(of records: RecordBlock, from decoded: RunBlock) -> Int? {
    var comparison = RunComparison(decoded)
    var stops = (records.events.map(\.position) + records.spans.dropFirst().map(\.position)).sorted()[...]
    for (position, access) in records.accesses.enumerated() {
      if stops.first == UInt32(position) {
        guard comparison.cut(at: position) else { return position }
        stops = stops.drop { $0 == UInt32(position) }
      }
      guard comparison.take(access, at: position) else { return position }
    }
    let end = records.accesses.count
    let isWhole = comparison.cut(at: end) && comparison.isAtEnd && Int(decoded.recordCount) == end
    return isWhole ? nil : end
  }

  private var isAtEnd: Bool { runs == decoded.runs.count && cuts == decoded.cuts.count }

  /// Ends all runs.
  private mutating func cut(at position: Int) -> Bool {
    (data, instructions) = (nil, nil)
    (counts.position, counts.runs) = (UInt32(position), runs)
    guard cuts < decoded.cuts.count, decoded.cuts[cuts] == counts else { return false }
    cuts += 1
    return true
  }

  private mutating func take(_ access: Access, at position: Int) -> Bool {
    let isFetch = access.kind == .fetch
    if isFetch { counts.fetches += 1 }
    guard touch(access.address, access, at: position) else { return false }
    guard access.crossesPage else { return true }
    if isFetch { counts.fetchCrossings += 1 } else { counts.dataCrossings += 1 }
    // The last page of one half of the addresses is followed by the first of the other.
    let next = Canonical.extend(access.address.rawValue &+ 4096)
    return touch(VirtualAddress(next), access, at: position)
  }

  private mutating func touch(_ address: VirtualAddress, _ access: Access, at position: Int) -> Bool {
    let isFetch = access.kind == .fetch
    let run = PageRun(
      page: address.pageNumber, ordinal: UInt32(position), isFetch: isFetch, isWrite: access.kind.isWrite)
    let current = isFetch ? instructions : data
    if let current, current.page == run.page, current.isWrite || !run.isWrite { return true }
    if isFetch { instructions = run } else { data = run }
    guard runs < decoded.runs.count, decoded.runs[runs] == run else { return false }
    runs += 1
    return true
  }
}

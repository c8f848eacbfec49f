import Addressing
public import Results

extension ResultRow {
  /// What a reader of the row must know of records that its trace lost; nil where it lost none.
  public var losses: String? {
    guard let gaps, gaps > 0 else { return nil }
    let lost = lostRecords ?? 0
    let records = lost.counting("record was", "records were", digits: HumanNumber.count(lost))
    return "the trace has \(gaps.counting("gap")), in which "
      + (lost > 0 ? "at least \(records) lost" : "records were lost") + ": the counts are of what is left"
  }
}

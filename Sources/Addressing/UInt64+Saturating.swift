extension UInt64 {
  /// The sum, or the largest number where it is larger: for counts that a file or an option tells, which may be any.
  public func addingSaturated(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

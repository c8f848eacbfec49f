/// What is known of a trace before it is replayed.
public struct TraceFacts: Hashable, Sendable {
  /// Where it lies.
  public var path: String
  /// The name in results.
  public var name: String
  public var digest: String
  /// Accesses of all segments.
  public var records: UInt64
  /// Distinct 4 KiB pages that it touches.
  public var pages: UInt64

  public init(path: String, name: String, digest: String, records: UInt64, pages: UInt64) {
    self.path = path
    self.name = name
    self.digest = digest
    self.records = records
    self.pages = pages
  }
}

/// Which miss curves are asked for: every stream with every page size, fully associative and of every set count.
public struct CurveRequest: Hashable, Sendable {
  public var streams: [CurveStream]
  public var granules: [Granule]
  /// The largest fully associative structure.
  public var entries = 65_536
  /// Numbers of sets.
  public var sets: [Int] = []
  /// The most ways that a structure of several sets has.
  public var ways = 16
  /// The share of the pages in each sample; nil counts all pages. Structures of several sets are not sampled.
  public var sampleRate: Double?

  public init(streams: [CurveStream], granules: [Granule]) {
    self.streams = streams
    self.granules = granules
  }
}

/// A trace that finished points of a plan are of.
public struct ReplayedTrace: Hashable, Sendable {
  public var name: String
  public var digest: String
  /// How many points are of it.
  public var points: Int
  /// Where it lay when it was replayed.
  public var paths: [String]

  public init(name: String, digest: String, points: Int, paths: [String]) {
    self.name = name
    self.digest = digest
    self.points = points
    self.paths = paths
  }
}

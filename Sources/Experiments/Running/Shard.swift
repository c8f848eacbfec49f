/// One of several shares of a sweep that take about as long: shard 2/4 is the second of four.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  public let number: Int
  public let count: Int

  /// Reads `I/N`; nil for anything that is no share.
  public init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), count <= 100_000,
      number >= 1, number <= count
    else { return nil }
    self.number = number
    self.count = count
  }

  public var description: String { "\(number)/\(count)" }

  /// The points of this share. Every point is in one of the shares, whatever was done already; points that share a
  /// decode stay together as far as equal shares allow.
  public func share(of points: [Point]) -> [Point] {
    let ordered = Batch.inOrderOfSharing(points)
    let costs = zip(ordered, [nil] + ordered).map { Estimate(of: $0, besides: $1).seconds }
    let total = costs.reduce(0, +)
    var before = 0.0
    return zip(ordered, costs).compactMap { point, cost in
      // The share that holds the middle of the point's work.
      let share = Int((before + cost / 2) / total * Double(count))
      before += cost
      return min(share, count - 1) == number - 1 ? point : nil
    }
  }
}

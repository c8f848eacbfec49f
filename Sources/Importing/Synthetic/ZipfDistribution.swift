public import Addressing
import Glibc

/// The distribution over ranks 0 to `count` − 1 in which rank r has a probability in proportion to
/// 1 / (r + 1)^exponent; exponent 0 is uniform.
public struct ZipfDistribution: Sendable {
  /// For each rank, the sum of the weights up to it.
  private let sums: [Double]

  public init(count: Int, exponent: Double) {
    precondition(count > 0, "a distribution is over at least one rank")
    var sum = 0.0
    sums = (1...count).map { rank in
      sum += pow(Double(rank), -exponent)
      return sum
    }
  }

  /// The probability of a rank.
  public func probability(of rank: Int) -> Double {
    (sums[rank] - (rank == 0 ? 0 : sums[rank - 1])) / sums[sums.count - 1]
  }

  /// A rank: the first whose sum exceeds a number drawn below the sum of all.
  public func draw(using generator: inout SplitMix64) -> Int {
    let target = generator.unitInterval() * sums[sums.count - 1]
    var low = 0
    var high = sums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

import Addressing
import ArgumentParser
import Experiments
import Machines
import Store
import Workers

/// `pagewalk sweep plan`: what a sweep would be, without replaying.
struct SweepPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the points of a plan, what they share, and what they are likely to take.")

  @OptionGroup var options: SweepOptions
  @Flag(help: "List every point with its key.") var list = false

  func run() throws {
    let sweep = try Sweep(options.plan, WorkerPool(workers: Jobs.ofMachine))
    let points = options.points(of: sweep)
    let batches = options.batches(of: points)
    var lines = Self.summary(sweep, points, batches, share: options.shard)
    if list { lines += points.map { "\($0.key)  \($0.label)" } }
    try OutputFile.write(lines.map { $0 + "\n" }.joined(), to: "-")
  }

  private static func summary(
    _ sweep: Sweep, _ points: [Point], _ batches: [Batch], share: String?
  ) -> [String] {
    let grid = sweep.grid
    let stages = SharedStages(batches)
    let estimates = batches.map { Estimate(of: $0) }
    let largest = estimates.map(\.bytes).max() ?? 0
    let excluded = grid.combinations - grid.admitted
    let same = grid.admitted - grid.points.count
    var lines = [
      "points         \(grid.points.count) of \(grid.combinations) combinations; \(excluded) excluded, "
        + "\(same) the same as others"
    ]
    if let share {
      lines.append("shard \(share): \(points.count.counting("point")), for which the rest holds")
    }
    if !sweep.stored.costs.isEmpty {
      lines.append("cost tables    \(sweep.stored.costs.count), for which nothing is replayed again")
    }
    let shared = [
      stages.decodes.counting("decode"), stages.guestStages.counting("guest stage"),
      stages.firstLevels.counting("first level of TLBs", "first levels of TLBs"),
      stages.lanes.counting("strategy with its tables", "strategies with their tables"),
      stages.secondLevels.counting("second level") + " in " + stages.secondLevelStacks.counting("stack"),
    ]
    return lines + [
      "shared stages  \(shared.joined(separator: ", ")), for \(stages.points.counting("point"))",
      "time           about \(duration(estimates.reduce(0) { $0 + $1.seconds })) of one core [E]",
      "memory         about \(ByteCount(bytes: (largest >> 20) << 20)) at a time [E]",
    ]
  }

  /// A duration to one or two units.
  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded(.up))) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
    default: "\(Int((seconds / 86_400).rounded())) days"
    }
  }
}

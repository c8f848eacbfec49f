import ArgumentParser
import Experiments
import Machines

/// Which points of which plan, and how much memory they may take; shared by the commands that plan.
struct SweepOptions: ParsableArguments {
  @Argument(help: "A plan (YAML); paths in it are relative to its folder.") var plan: String

  @Option(
    help: ArgumentHelp("Only this share of the points, as 2/4 for the second of four.", valueName: "i/n"))
  var shard: String?

  @Option(help: "Memory for points that are replayed together, estimated: 512M or 4G.") var memory = "2G"

  func validate() throws {
    guard limits != nil else { throw ValidationError("--memory must be an amount as 512M or 4G") }
    if let shard, Shard(parsing: shard) == nil {
      throw ValidationError("--shard must be I/N, with I from 1 to N")
    }
  }

  /// How large batches may grow: a minute of one core's work is what an interruption may cost.
  private var limits: Batch.Limits? {
    ByteCount(parsing: memory).map { Batch.Limits(memory: $0.bytes, seconds: 60) }
  }

  /// The points of the share, or all.
  func points(of sweep: Sweep) -> [Point] {
    shard.flatMap(Shard.init(parsing:)).map { $0.share(of: sweep.grid.points) } ?? sweep.grid.points
  }

  func batches(of points: [Point]) -> [Batch] {
    limits.map { Batch.batches(of: points, within: $0) } ?? []
  }

  /// Where results go unless told: beside the plan, under its name, each share by itself.
  var store: String {
    let file = plan.split(separator: "/").last ?? ""
    let stem = file.firstIndex(of: ".").map { plan.dropLast(file[$0...].count) } ?? plan[...]
    let share = shard.map { "." + $0.split(separator: "/").joined(separator: "-of-") } ?? ""
    return "\(stem)\(share).sqlite"
  }
}

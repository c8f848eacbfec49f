import ArgumentParser

/// `pagewalk sweep`: grids of replays from a plan, into a store.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Replays every point of a plan into a store; goes on where it was interrupted.",
    discussion: "Documentation/sweeps.md describes plans. 'pagewalk report STORE' shows the results.",
    subcommands: [
      SweepPlanCommand.self, SweepRunCommand.self, SweepStatusCommand.self, SweepMergeCommand.self,
    ])
}

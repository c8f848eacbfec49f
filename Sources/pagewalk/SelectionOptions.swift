import ArgumentParser
import Importing

/// The options that choose accesses of a trace by who makes them, where and when.
struct SelectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep accesses of this virtual machine.", valueName: "number"))
  var vm: UInt32?

  @Option(help: ArgumentHelp("Keep accesses of this process.", valueName: "number"))
  var process: UInt32?

  @Option(help: ArgumentHelp("Keep accesses of this thread.", valueName: "number"))
  var thread: UInt32?

  @Option(
    help: ArgumentHelp("Keep accesses that touch an address from A, below B.", valueName: "A-B"),
    transform: AddressRange.init(parsing:))
  var range: AddressRange?

  @Option(
    help: ArgumentHelp("Keep what a process does from this phase mark to its next.", valueName: "number"))
  var phase: UInt32?

  /// Nil where all is chosen.
  var selection: RecordSelection? {
    if description.isEmpty { return nil }
    var selection = RecordSelection()
    selection.vm = vm
    selection.process = process
    selection.thread = thread
    selection.addresses = range?.addresses
    selection.phase = phase
    return selection
  }

  /// What is chosen, as it was given: `--vm 1 --phase 2`.
  var description: String {
    let numbers = [("vm", vm), ("process", process), ("thread", thread), ("phase", phase)]
    let given =
      numbers.compactMap { name, number in number.map { "--\(name) \($0)" } }
      + (range.map { ["--range \($0.text)"] } ?? [])
    return given.joined(separator: " ")
  }
}

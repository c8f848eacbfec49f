import Machines
import Replaying
import Results
import Strategies

extension LaneSpecification {
  /// The lane that a row of results is of. Settings that mean nothing on its machine are at their defaults.
  init(of row: ResultRow) throws {
    let identity = row.identity
    var values = Dictionary(row.configuration.map { ($0.column, $0.value) }) { $1 }
    values["seed"] = String(identity.seed)
    values["guest_page"] = identity.guestPage
    values["host_page"] = identity.hostPage ?? ""
    var description = MachineDescription()
    for setting in Setting.all {
      let value = values[setting.axis.column] ?? ""
      if !value.isEmpty { try MachineOptions.set("\(setting.key)=\(value)", in: &description) }
    }
    for parameter in identity.strategyParameters.split(separator: " ") {
      try MachineOptions.set("\(identity.strategy).\(parameter)", in: &description)
    }
    do {
      self.init(
        machine: try description.machine(),
        strategy: try StrategyRegistry.strategy(named: identity.strategy),
        parameters: description.strategies[identity.strategy] ?? [:])
    } catch {
      throw CommandFailure(.badConfiguration, "\(error)")
    }
  }
}

extension ReplayOptions {
  /// The part of the trace that the row of a whole replay is of.
  init(of row: ResultRow) throws(CommandFailure) {
    self.init()
    let identity = row.identity
    guard identity.firstAccess <= identity.lastAccess else {
      throw CommandFailure(
        .badData,
        "\(identity.trace): a row of accesses \(identity.firstAccess) to \(identity.lastAccess): replay it anew"
      )
    }
    skip = identity.firstAccess - min(row.warmupAccesses, identity.firstAccess)
    limit = identity.lastAccess + 1 - skip
    warmup = .accesses(row.warmupAccesses)
    ignoresEvents = row.configuration.contains(.ignoringEvents(true))
  }
}

import Machines
public import Replaying
import Results
import Strategies

/// One replay of a sweep: a trace, the part of it that is replayed, and one lane.
public struct Point: Sendable {
  public let trace: TraceFacts
  /// What is replayed and counted; the number of workers is no part of a point.
  public let options: ReplayOptions
  public let specification: LaneSpecification
  /// What tells it from other points of its plan, as `key=value`, for people.
  public let label: String
  /// The hash of everything that determines the point's rows, 32 hexadecimal digits: contents and name of the trace,
  /// options, every setting of the machine and its name, strategy and parameters, the version of the model's rules and
  /// the columns that are stored.
  public let key: String
  /// What must agree with other points to share a lane with them, and a first level of TLBs; nil shares with none.
  let laneKey: LaneKey?
  let firstLevelKey: FirstLevelKey?
  /// The digest of what the point's counts depend on: points of the same count the same. Settings that mean nothing on the
  /// machine are left out, and those of a hypervisor where there is none.
  let substance: StableDigest

  public init(
    trace: TraceFacts, options: ReplayOptions, specification: LaneSpecification, label: String = ""
  ) {
    self.label = label
    self.trace = trace
    self.options = options
    self.specification = specification
    laneKey = LaneKey(specification)
    firstLevelKey = FirstLevelKey(specification, acrossStrategies: true)
    let machine = specification.machine
    let written = machine.written
    let replay = Self.text(trace, options, specification)

    var key = Self.start
    key.append("machine \(machine.name)\n")
    written.append(to: &key)
    key.append("\n\(replay)")
    self.key = key.description

    let isNative = specification.strategy.name == ResultIdentity.nativeStrategy
    var substance = StableDigest(of: "machine \(machine.name)\n")
    for axis in written.configuration where !(isNative && axis.isOfHypervisor) {
      substance.append(axis.key, axis.value)
    }
    substance.append(replay)
    self.substance = substance
  }

  private static func text(
    _ trace: TraceFacts, _ options: ReplayOptions, _ specification: LaneSpecification
  ) -> String {
    """
    trace \(trace.digest) \(trace.name)
    skip \(options.skip)
    limit \(options.limit.map(String.init) ?? "off")
    warmup \(options.warmup)
    interval \(options.interval.map(String.init) ?? "off")
    ignore-events \(options.ignoresEvents)
    strategy \(specification.strategy.name) \(specification.changedParameters)
    """
  }

  /// What all keys begin with: of the model's rules, and of the columns that are stored: a row that lacks one is another
  /// row.
  private static let start: StableDigest = {
    let columns = ResultSchema.sweep.columns.filter { $0.store != nil }.map(\.name)
    return StableDigest(of: "model \(ModelVersion.current)\ncolumns \(columns.joined(separator: " "))\n")
  }()

  /// Accesses that are replayed.
  public var accesses: UInt64 {
    min(options.limit ?? .max, trace.records - min(options.skip, trace.records))
  }
}

public import Results

/// A machine's settings as they would be written, read once for all that is made of them.
public struct WrittenMachine: Sendable {
  private let machine: Machine
  /// In the order of ``Setting/all``.
  private let values: [String]

  init(_ machine: Machine) {
    self.machine = machine
    values = Setting.all.map { $0.read(machine) }
  }

  /// Those of ``Machine/canonicalText``.
  var lines: [String] { zip(Setting.all, values).map { "\($0.key)=\($1)\n" } }

  /// That of the ``Machine``.
  public var digest: String {
    var digest = StableDigest()
    append(to: &digest)
    return digest.description
  }

  /// Puts ``Machine/canonicalText`` behind what a digest is of so far.
  public func append(to digest: inout StableDigest) {
    for (setting, value) in zip(Setting.all, values) { digest.append(setting.key, value) }
  }

  /// Every setting as an axis of the results; empty where it means nothing on this machine (semantics rule 21).
  public var configuration: [ConfigurationAxis] {
    zip(Setting.all, values).map { $0.axis.with($0.applies(machine) ? $1 : "") }
  }

  /// The axes of the results for a recorded guest.
  public var configurationOfRecordedGuest: [ConfigurationAxis] {
    zip(Setting.all, values).map { $0.axis.with($0.applies(machine) && !$0.isOfGuestModel ? $1 : "") }
  }
}

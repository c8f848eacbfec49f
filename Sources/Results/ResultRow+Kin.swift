extension ResultRow {
  /// A row of which every field is still to be filled.
  public static let blank = ResultRow(
    identity: ResultIdentity(
      trace: "", traceDigest: "", traceScope: .user, machine: "", machineDigest: "", modelVersion: "",
      seed: 0,
      strategy: "", firstAccess: 0, lastAccess: 0, guestPage: "", hostPage: nil, pagePolicy: "", backing: ""),
    instructions: 0, accesses: 0, tally: Tally())

  /// The same for rows that differ in strategy and hypervisor only; also for a few others, as it is a digest. A row
  /// never compares with one of another kin.
  public var kin: String { ShortDigest.text(of: guestSide) }

  /// What a row has in common with the native row that it compares with: the replay, and the machine but for its
  /// hypervisor.
  var guestSide: String {
    let settings = configuration.filter { !$0.isOfHypervisor && !$0.isOfIdentity && !$0.value.isEmpty }
      .map { "\($0.column)=\($0.value)" }
    let replay = [
      identity.trace, identity.traceDigest, identity.machine, identity.modelVersion, String(identity.seed),
      identity.interval.map(String.init) ?? "", String(identity.firstAccess), String(identity.lastAccess),
      identity.guestPage, identity.pagePolicy,
    ]
    // A row that does not tell its settings is told apart by their digest.
    return (replay + (settings.isEmpty ? [identity.machineDigest] : settings)).joined(separator: "\n")
  }
}

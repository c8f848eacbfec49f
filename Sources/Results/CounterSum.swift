/// A sum of counters that is a column of its own.
public struct CounterSum: Sendable {
  /// The name in CSV, JSON and reports.
  public let name: String
  public let unit: String
  /// One sentence that defines the sum.
  public let meaning: String
  /// What it adds up; the sum does not apply where none of these does.
  public let parts: CounterSet
  public let value: any KeyPath<Counters, UInt64> & Sendable
}

extension Counters {
  /// The sums shown beside the counters; each stands before the first of its parts.
  public static let sums: [CounterSum] = [
    CounterSum(
      name: "walk_references", unit: "references",
      meaning: "Table entries read by completing walks: guest, host and shadow together.",
      parts: [\.walkReferencesGuest, \.walkReferencesHost, \.walkReferencesShadow], value: \.walkReferences),
    CounterSum(
      name: "vm_exits", unit: "exits", meaning: "VM exits for any reason.",
      parts: [
        \.exitsTableStoreLeaf, \.exitsTableStoreNonleaf, \.exitsHiddenFault, \.exitsDirtyFault,
        \.exitsTrueFault,
        \.exitsInvalidatePage, \.exitsAddressSpaceSwitch, \.exitsSecondStageFault,
      ], value: \.vmExits),
    CounterSum(
      name: "faults", unit: "faults", meaning: "Faults of every kind: true, hidden and second-stage.",
      parts: [\.faultsNotPresent, \.faultsProtection, \.faultsHidden, \.faultsSecondStage], value: \.faults),
  ]
}

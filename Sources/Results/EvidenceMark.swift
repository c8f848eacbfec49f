/// How well a number is founded.
public enum EvidenceMark: String, CaseIterable, Sendable {
  /// The text or artifact that states it was read.
  case verified = "V"
  /// A summary or quotation of the source was read.
  case secondary = "V2"
  /// Recalled; not checked against a text.
  case memory = "M"
  /// Derived by arithmetic from others.
  case derived = "D"
  /// An engineering estimate of ours.
  case estimate = "E"
  /// Given by the user in a cost file.
  case given = "G"

  /// Whether reports must point it out (semantics rule 19).
  public var isEstimate: Bool { self == .estimate || self == .memory }
}

/// What a trace tells of itself: the first member of each segment.
public struct TraceHeader: Hashable, Sendable {
  /// Which of the guest's memories the addresses belong to.
  public enum AddressKind: UInt8, CaseIterable, Sendable {
    case virtual = 0
    case real = 1
    /// Virtual addresses, and the guest's own tables to translate them.
    case both = 2

    /// The name for people; the recorded machine, virtual or not, calls its real addresses physical.
    public var name: String {
      switch self {
      case .virtual: "virtual"
      case .real: "real (physical to the recorded machine)"
      case .both: "both"
      }
    }
  }

  /// Whose accesses were recorded.
  public enum Scope: UInt8, CaseIterable, Sendable {
    /// User programs only: no kernel, no page tables (semantics rule 17).
    case user = 0
    case wholeSystem = 1

    /// The name used in results.
    public var name: String {
      switch self {
      case .user: "user"
      case .wholeSystem: "whole-system"
      }
    }
  }

  /// Whose accesses of those recorded were kept; events always are.
  public enum Kept: UInt8, CaseIterable, Sendable {
    case all = 0
    /// Those of user programs alone.
    case user = 1
    /// Those of the kernel alone.
    case kernel = 2
  }

  /// The version of the format: other major versions are refused, minor ones are compatible.
  public var majorVersion = TraceFormat.majorVersion
  public var minorVersion = TraceFormat.minorVersion
  public var addressKind: AddressKind
  public var scope: Scope
  /// All but where a whole system was recorded in part.
  public var kept: Kept
  /// The program that recorded or converted the trace, with its version.
  public var recorder: String
  /// The command that was recorded, as typed; empty where unknown.
  public var command: String
  /// Free text.
  public var note: String
  /// A digest of what the trace was converted from, as `algorithm:hexadecimal`.
  public var sourceDigest: String?
  /// Records left out at the start, on purpose.
  public var skipped: UInt64

  public init(
    addressKind: AddressKind = .virtual, scope: Scope = .user, kept: Kept = .all,
    recorder: String = "", command: String = "",
    note: String = "", sourceDigest: String? = nil, skipped: UInt64 = 0
  ) {
    self.addressKind = addressKind
    self.scope = scope
    self.kept = kept
    self.recorder = recorder
    self.command = command
    self.note = note
    self.sourceDigest = sourceDigest
    self.skipped = skipped
  }
}

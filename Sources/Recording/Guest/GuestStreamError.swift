/// A recorder's stream that cannot be what `recorder/STREAM.md` describes; places are bytes from its start.
public enum GuestStreamError: Error, Hashable, Sendable {
  /// The stream ends before its end record.
  case cutShort(byte: UInt64)
  /// A record that the format does not allow.
  case malformed(byte: UInt64, reason: String)
  /// The stream is of another version of the recorder.
  case otherVersion(Int)
}

extension GuestStreamError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cutShort(let byte):
      "the recorder's stream ends at byte \(byte) without its end record: the guest stopped while it was recorded"
    case .malformed(let byte, let reason):
      "the recorder's stream is damaged at byte \(byte): \(reason)"
    case .otherVersion(let version):
      "the recorder writes version \(version) of its stream, and version \(GuestStreamTag.version) is read: "
        + "run script/setup-guest"
    }
  }
}

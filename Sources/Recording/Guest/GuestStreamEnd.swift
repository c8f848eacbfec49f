/// How a recording ended, and how well the recorder followed the guest's tables.
public struct GuestStreamEnd: Hashable, Sendable {
  public enum Reason: UInt8, Sendable {
    /// The program ended, and the stop marker was reached.
    case stopMarker = 0
    /// As much as was asked for has been recorded.
    case limit = 1
    /// The guest ended without reaching the stop marker.
    case guestEnded = 2
  }

  public var reason: Reason
  /// The program's status, where it ended.
  public var status: Int32
  /// Entries of page tables that the guest loaded, and that were compared with what the stores to them had made them.
  public var tableLoads: UInt64
  /// Of those, different in more than the accessed and dirty bits: 0, or the tables of the trace are wrong.
  public var wrongTableLoads: UInt64
  /// Entries that at the end differed from the guest's memory in accessed and dirty bits only.
  public var markedEntries: UInt64
  /// Entries that differed in more: 0, or the tables of the trace are wrong.
  public var wrongEntries: UInt64
}

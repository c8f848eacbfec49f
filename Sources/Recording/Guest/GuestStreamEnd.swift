/// How a recording ended, and how well the recorder followed the guest's tables.
public struct GuestStreamEnd: Hashable, Sendable {
  public enum Reason: UInt8, Sendable {
    /// The program ended, and the stop marker was reached.
    case stopMarker = 0
    /// As much as was asked for has been recorded.
    case limit = 1
    /// The guest ended without reaching the stop marker.
    case guestEnded = 2
    /// Nothing was recorded: where Linux handles page faults was not found, and they would be missing.
    case noFaultHandler = 3
    /// Nothing was recorded: where QEMU has the guest's memory was not found, and where its code lies would be missing.
    case noMemory = 4
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

  /// Why what was recorded cannot be kept; nil where it can.
  ///
  /// - Parameter console: The last lines that the guest wrote.
  public func problem(console: @autoclosure () -> String) -> GuestRecordingError? {
    switch reason {
    case .guestEnded: .stopped(console: console())
    case .noFaultHandler: .notFound(.faultHandler)
    case .noMemory: .notFound(.memory)
    case .stopMarker, .limit:
      wrongTableLoads == 0 && wrongEntries == 0
        ? nil : .tablesDiffer(loads: wrongTableLoads, entries: wrongEntries)
    }
  }
}

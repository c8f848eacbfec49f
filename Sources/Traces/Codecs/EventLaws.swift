public import Addressing

/// What the fields of an event may be; checked before writing and after reading.
public enum EventLaws {
  static func isWidth(_ width: UInt8) -> Bool { [1, 2, 4, 8].contains(width) }
  static func isLevel(_ level: UInt8) -> Bool { (1...5).contains(level) }

  /// Why an event cannot be written, or nil.
  public static func violation(_ event: Event) -> String? {
    switch event {
    case .map(_, _, let protection, _), .protect(_, _, let protection):
      protection.rawValue < 8 ? nil : "a protection of \(protection.rawValue)"
    case .tableStore(_, let width, _): isWidth(width) ? nil : "a table store of \(width) bytes"
    case .tableLinked(_, let level, let entries, _):
      if !isLevel(level) {
        "a table linked at level \(level)"
      } else if entries.contains(where: { $0.index > 511 || $0.value == 0 }) {
        "a table with an entry that is zero or beyond the 512th"
      } else if zip(entries, entries.dropFirst()).contains(where: { $0.index >= $1.index }) {
        "a table with its entries out of order"
      } else {
        nil
      }
    case .invalidateContext(let type, let pcid, _):
      type <= 3 && pcid <= 4095 ? nil : "INVPCID type \(type) for PCID \(pcid)"
    case .pageFault(_, _, let privilege, _):
      privilege ?? 0 <= 3 ? nil : "a page fault at privilege level \(privilege ?? 0)"
    default: nil
    }
  }
}

import Addressing

/// The control registers of a recorded guest, as far as they decide how its tables are read (Intel SDM volume 3,
/// sections 2.5 and 4.1).
struct PagingControls: Sendable {
  private static let cr0 = (writeProtect: UInt64(1) << 16, paging: UInt64(1) << 31)
  private static let cr4 = (
    physicalAddressExtension: UInt64(1) << 5, fiveLevels: UInt64(1) << 12,
    contextIdentifiers: UInt64(1) << 17,
    // PSE, PAE, PGE, SMEP: a change of one of these empties the TLBs (section 4.10.4.1 [M]).
    flushing: UInt64(1 << 4 | 1 << 5 | 1 << 7 | 1 << 20)
  )
  private static let longMode: UInt64 = 1 << 10

  private var extensions: UInt64?

  /// Takes over the value of any register but CR3; whether that empties the TLBs or is the first of CR4.
  ///
  /// - Parameter levels: The levels of the machine's guest tables.
  mutating func set(_ register: ControlRegister, to value: UInt64, levels: Int) throws(GuestError) -> Bool {
    switch register {
    case .cr0 where value & Self.cr0.paging == 0:
      throw .unsupportedPaging("CR0.PG is clear, so nothing is translated")
    case .cr0 where value & Self.cr0.writeProtect == 0:
      throw .unsupportedPaging("CR0.WP is clear, so the kernel may write what its tables forbid")
    case .efer where value & Self.longMode == 0:
      throw .unsupportedPaging("EFER.LMA is clear: paging of 32 bits")
    case .cr4:
      guard value & Self.cr4.physicalAddressExtension != 0 else {
        throw .unsupportedPaging("CR4.PAE is clear: paging of 32 bits")
      }
      guard value & Self.cr4.contextIdentifiers == 0 else {
        throw .unsupportedPaging("CR4.PCIDE is set: what is cached depends on PCIDs")
      }
      let recorded = value & Self.cr4.fiveLevels == 0 ? 4 : 5
      guard recorded == levels else { throw .otherLevels(recorded: recorded, machine: levels) }
      defer { extensions = value }
      return extensions.map { ($0 ^ value) & Self.cr4.flushing != 0 } ?? true
    default: break
    }
    return false
  }
}

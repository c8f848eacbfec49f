import Addressing

/// The control registers of a recorded guest, as far as they decide how its tables are read (Intel SDM volume 3,
/// sections 2.5 and 4.1).
struct PagingControls: Sendable {
  private static let cr0 = (writeProtect: UInt64(1) << 16, paging: UInt64(1) << 31)
  private static let longMode: UInt64 = 1 << 10

  /// What the processors of a machine can do.
  struct Abilities: Sendable {
    /// The levels of the guest's tables.
    var levels: Int
    var hasIdentifiers: Bool
  }

  /// What CR3 holds; nil before the first load.
  private var rootRegister: UInt64?
  private var extensions: PagingExtensions?

  /// The root table that CR3 holds; nil before the first load.
  var root: RealAddress? { rootRegister.map { RootRegister($0, hasIdentifiers: hasIdentifiers).root } }

  private var hasIdentifiers: Bool { extensions?.contains(.identifiers) == true }

  /// Takes over the value of CR3.
  mutating func load(root value: UInt64) { rootRegister = value }

  /// Takes over the value of any other register; whether that empties the TLBs, sets PCIDE or is the first of CR4.
  mutating func set(
    _ register: ControlRegister, to value: UInt64, on machine: Abilities
  ) throws(GuestError) -> Bool {
    switch register {
    case .cr0 where value & Self.cr0.paging == 0:
      throw .unsupportedPaging("CR0.PG is clear, so nothing is translated")
    case .cr0 where value & Self.cr0.writeProtect == 0:
      throw .unsupportedPaging("CR0.WP is clear, so the kernel may write what its tables forbid")
    case .efer where value & Self.longMode == 0:
      throw .unsupportedPaging("EFER.LMA is clear: paging of 32 bits")
    case .cr4: return try set(PagingExtensions(rawValue: value), on: machine)
    default: return false
    }
  }

  private mutating func set(
    _ new: PagingExtensions, on machine: Abilities
  ) throws(GuestError) -> Bool {
    guard new.contains(.physicalAddresses) else {
      throw .unsupportedPaging("CR4.PAE is clear: paging of 32 bits")
    }
    let recorded = new.contains(.fiveLevels) ? 5 : 4
    guard recorded == machine.levels else {
      throw .otherLevels(recorded: recorded, machine: machine.levels)
    }
    let setsIdentifiers = new.contains(.identifiers) && !hasIdentifiers
    if setsIdentifiers {
      guard machine.hasIdentifiers else { throw .identifiersMissing }
      guard (rootRegister ?? 0) & 0xFFF == 0 else {
        throw .impossible("CR4.PCIDE is set while bits of CR3 below 12 are")
      }
    }
    defer { extensions = new }
    return extensions.map { new.emptiesCaches(after: $0) || setsIdentifiers } ?? true
  }

  /// Checks that INVPCID may name an identifier: without them, there is 0 alone.
  func checkInvalidation(type: UInt8, identifier: UInt16) throws(GuestError) {
    guard type > 1 || identifier == 0 || hasIdentifiers else {
      throw .impossible("INVPCID names PCID \(identifier) while CR4.PCIDE is clear")
    }
  }
}

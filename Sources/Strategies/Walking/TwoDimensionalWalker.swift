import Addressing
import Machines
import PageTables
import TranslationCaches

/// The hardware that walks two tables at once: every real address that the guest walk meets, of its tables and of
/// the page itself, is translated by the real map table.
///
/// With g guest levels and h host levels and no caches a walk reads g(h+1)+h entries, 24 for 4×4 (Arm ARM D8.2.1
/// `[V:ArmARM]` states the same bound). Page-walk caches of the guest dimension hold combined information (``GuestWalker``);
/// the nested TLB and the host's page-walk caches shorten each host walk (``RealWalker``). Tables are passed `inout` and
/// only read (``WalkableTable``).
struct TwoDimensionalWalker: Sendable {
  /// How a walk ended.
  enum Outcome: Equatable {
    /// At a present leaf of the guest that lets the access pass, whose page at a real address the real map table maps.
    case complete(GuestLeaf, RealAddress, HostPage)
    /// At a guest entry that is not present or denies the access, by its node and its position there.
    case guestStopped(Int32, Int)
    /// At a real address that the real map table does not map.
    case hostMissing(RealAddress)
  }

  /// Which address space walks.
  struct AddressSpaceName {
    var vm: Int
    var context: UInt16
    var root: Int32

    /// The tag of the virtual machine in what holds real addresses.
    var tag: UInt16 { UInt16(truncatingIfNeeded: vm) }
  }

  private var guestWalker: GuestWalker
  private var realWalker: RealWalker

  init(_ machine: Machine) {
    guestWalker = GuestWalker(machine)
    realWalker = RealWalker(machine)
  }

  /// Walks for an access of the running address space.
  mutating func walk(
    _ request: TranslationRequest, of guest: inout GuestTables, _ space: AddressSpaceName,
    over map: inout RealMapTable, _ references: inout WalkReferences
  ) -> Outcome {
    Self.walk(&guestWalker, &realWalker, request, &guest, space, &map, &references)
  }

  /// Static, as both walkers change at once.
  private static func walk(
    _ guestWalker: inout GuestWalker, _ realWalker: inout RealWalker, _ request: TranslationRequest,
    _ guest: inout GuestTables, _ space: AddressSpaceName, _ map: inout RealMapTable,
    _ references: inout WalkReferences
  ) -> Outcome {
    let hit = guestWalker.lookup(space, request.address)
    var realReferences = WalkReferences()
    let outcome = guestWalker.walk(
      from: hit, request.address, &guest, space, &references, allows: { $0.permissions.allows(request) }
    ) { real in
      realWalker.translate(real, vm: space.tag, over: &map, &realReferences)
    }
    references += realReferences
    return outcome
  }

  /// Drops what belongs to one address space; what belongs to real memory stays (semantics rule 9).
  mutating func invalidate(context: UInt16) { guestWalker.invalidate(context: context) }

  /// Drops what belongs to address spaces of any machine: what an exit does without tags.
  mutating func invalidateCombined() { guestWalker.invalidateAll() }

  /// Drops everything.
  mutating func invalidateAll() {
    guestWalker.invalidateAll()
    realWalker.invalidateAll()
  }
}

extension TwoDimensionalWalker.Outcome {
  var isComplete: Bool { if case .complete = self { true } else { false } }

  /// Where it ended.
  ///
  /// - Parameter missingLevel: The level of the last entry read of a radix map that does not map a real address.
  func walkEnd(missingLevel: (RealAddress) -> Int) -> WalkEnd {
    switch self {
    case .complete(let guest, let real, let page):
      WalkEnd(
        node: guest.end.node, index: Int32(truncatingIfNeeded: guest.end.index), real: real, page: page)
    case .guestStopped(let node, let index): WalkEnd(node: node, index: Int32(truncatingIfNeeded: index))
    case .hostMissing(let real):
      WalkEnd(
        node: -1, index: 0, real: real, missingLevel: UInt8(truncatingIfNeeded: missingLevel(real)))
    }
  }
}

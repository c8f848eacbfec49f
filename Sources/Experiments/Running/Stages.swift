import Machines
import Replaying
import Results
import Strategies

/// What points must have in common to pass through one guest stage.
struct GuestStageKey: Hashable {
  private let guest: Machine.Guest
  private let vm: Machine.VirtualMachines
  private let seed: UInt64
  private let pcid: Bool
  private let isSplit: Bool

  init(_ point: Point) {
    let machine = point.specification.machine
    guest = machine.guest
    vm = machine.vm
    seed = machine.seed
    pcid = machine.pcid
    isSplit = machine.firstLevelSharing == .split && machine.vpid
  }
}

/// What points must have in common for their first-level TLBs to go through the same states (semantics rule 22): the
/// guest's events, the page sizes and invalidations of strategy and hypervisor, and the TLB itself.
struct FirstLevelKey: Hashable {
  private let guest: GuestStageKey
  private let host: Machine.Host?
  private let strategy: String
  private let data: Machine.FirstLevel
  private let instructions: Machine.FirstLevel
  private let settings: [String?]

  init(_ point: Point) {
    let machine = point.specification.machine
    let name = point.specification.strategy.name
    guest = GuestStageKey(point)
    host = name == ResultIdentity.nativeStrategy ? nil : machine.host
    strategy = "\(name) \(point.specification.changedParameters)"
    data = machine.l1d
    instructions = machine.l1i
    settings = ["l1.split", "tlb.dirty", "vpid"].map(machine.text)
  }
}

/// What points must have in common for both levels of their TLBs to go through the same states.
struct TLBKey: Hashable {
  private let first: FirstLevelKey
  private let second: Machine.SecondLevel

  init(_ point: Point) {
    first = FirstLevelKey(point)
    second = point.specification.machine.l2
  }
}

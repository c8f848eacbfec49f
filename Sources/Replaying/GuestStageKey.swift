import Addressing
import Machines

/// What must agree for lanes to share a guest stage: guests, seeds and turns, and how runs are made.
public struct GuestStageKey: Hashable, Sendable {
  private let guest: Machine.Guest
  private let vm: Machine.VirtualMachines
  private let seed: UInt64
  private let pcid: Bool
  let streams: RunStreams

  public init(_ specification: LaneSpecification) {
    let machine = specification.machine
    guest = machine.guest
    vm = machine.vm
    seed = machine.seed
    pcid = machine.pcid
    // Without tags an exit of one stream flushes the other in the midst of its run.
    streams = machine.firstLevelSharing == .split && machine.vpid ? .split : .unified
  }
}

import Addressing
import Machines

/// What must agree for lanes to share a guest stage: guests, seeds and turns, and whether streams are split.
public struct GuestStageKey: Hashable, Sendable {
  private let guest: Machine.Guest
  private let vm: Machine.VirtualMachines
  private let seed: UInt64
  private let pcid: Bool
  private let streams: RunStreams

  public init(_ specification: LaneSpecification) {
    let machine = specification.machine
    guest = machine.guest
    vm = machine.vm
    seed = machine.seed
    pcid = machine.pcid
    streams = RunStreams(exactFor: machine, .ofStreams)
  }
}

import Machines
import TranslationCaches

/// The settings of a machine that matter to its walks, with tables and TLBs alike.
struct WalkHardware: Hashable, Sendable {
  var guestCaches: Machine.WalkCaches
  var real: RealHardware

  init(_ machine: Machine) {
    guestCaches = machine.guestWalkCaches
    real = RealHardware(machine)
  }
}

/// The settings that matter to the translation of the real addresses that a walk meets.
struct RealHardware: Hashable, Sendable {
  var nested: NestedHardware
  var hostCaches: Machine.WalkCaches

  init(_ machine: Machine) {
    nested = NestedHardware(machine)
    hostCaches = machine.hostWalkCaches
  }
}

/// The settings of a nested TLB.
struct NestedHardware: Hashable, Sendable {
  var geometry: Geometry?
  var policy: ReplacementPolicy?

  init(_ machine: Machine) {
    geometry = machine.nestedTLB
    policy = machine.nestedTLB.map { _ in machine.nestedTLBPolicy }
  }
}

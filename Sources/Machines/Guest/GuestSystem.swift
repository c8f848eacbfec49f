public import Addressing

/// Where the guest events of one virtual machine come from: a model of a guest operating system, or the recording of a
/// real one.
public protocol GuestSystem: Sendable {
  /// What it touched so far.
  var statistics: GuestStatistics { get }

  /// Refuses an owner of accesses or events that it cannot run.
  func admit(_ owner: Owner) throws(GuestError)

  /// Takes the guest through part of a block, all of it of this virtual machine, and appends the guest events that
  /// this gives rise to.
  ///
  /// - Parameters:
  ///   - runs: Indices of the block's runs.
  ///   - events: Indices of the block's events.
  mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, into guestEvents: inout [GuestEvent]
  ) throws(GuestError)

  /// Starts the virtual machine anew.
  mutating func restart(_ machine: Machine, vm: Int) throws(GuestError)
}

extension GuestModel: GuestSystem {
  public func admit(_ owner: Owner) {}

  public mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, into guestEvents: inout [GuestEvent]
  ) throws(GuestError) {
    try advance(block, runs: runs, events: events, touching: true, into: &guestEvents)
  }
}

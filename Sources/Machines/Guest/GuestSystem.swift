public import Addressing

/// Where the guest events of one virtual machine come from: a model of a guest operating system, or the recording of a
/// real one.
public protocol GuestSystem: Sendable {
  /// What it touched so far.
  var statistics: GuestStatistics { get }

  /// Lets the virtual processor of an owner run; its number, from 0 in the order in which they came.
  mutating func run(_ owner: Owner) throws(GuestError) -> Int

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
  /// The processes of a user program need one processor alone.
  public func run(_ owner: Owner) -> Int { 0 }

  public mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, into guestEvents: inout [GuestEvent]
  ) throws(GuestError) {
    try advance(block, runs: runs, events: events, touching: true, into: &guestEvents)
  }
}

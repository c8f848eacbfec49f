public import Addressing

/// A guest event that the guest model made, and where it stands among a block's runs.
public struct GuestEvent: Hashable, Sendable {
  /// The index, in the block's runs, of the run before which it stands.
  public var runIndex: Int
  public var event: Event

  public init(runIndex: Int, event: Event) {
    self.runIndex = runIndex
    self.event = event
  }
}

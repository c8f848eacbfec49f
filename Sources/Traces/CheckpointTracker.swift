import Addressing

/// Follows the events of a segment, so that checkpoints can tell its state: what is mapped in a trace of user programs,
/// tables and registers in that of a whole system.
struct CheckpointTracker: Sendable {
  private let scope: TraceHeader.Scope
  private var regions = RegionTracker()
  private var guest = GuestStateTracker()

  init(_ scope: TraceHeader.Scope) { self.scope = scope }

  /// The state now.
  var checkpoint: TraceCheckpoint {
    switch scope {
    case .user: regions.checkpoint
    case .wholeSystem: TraceCheckpoint(spaces: [], guestEvents: guest.events)
    }
  }

  /// Follows one event.
  mutating func apply(_ event: Event, by owner: Owner) {
    switch scope {
    case .user: regions.apply(event, by: owner)
    case .wholeSystem: guest.apply(event, by: owner)
    }
  }
}

import Machines

/// A guest stage between rounds: the slices it cut last, and what went wrong.
struct StageState: Sendable {
  var stage: GuestStage
  private(set) var slices: [Slice] = []
  private(set) var failure: (error: GuestError, source: Int, record: UInt64)?

  init(_ stage: GuestStage) { self.stage = stage }

  /// Cuts what is at hand.
  mutating func cut() {
    slices = []
    guard failure == nil else { return }
    do throws(GuestError) { slices = try stage.cut() } catch {
      failure = (error, stage.place.source, stage.place.record)
    }
  }

  /// Hands the slices over.
  mutating func takeSlices() -> [Slice] {
    defer { slices = [] }
    return slices
  }
}

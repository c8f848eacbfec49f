import Addressing

/// A walk that one machine made, the reader, and others are still to make: they read the same tables, from different
/// levels on, and must meet the same end. An end that was an absence stays one, though something was added there since.
struct PutOffWalk: Equatable, Sendable {
  /// The page whose translation is sought.
  var address: VirtualAddress
  /// Where the reader's walk ended.
  var end: WalkEnd
  var cause: WalkCause
}

/// Where a walk ended: at an entry and, in two dimensions, at a real page and the physical page behind it. Flags of
/// entries may change from one walk to the next, so they are no part of it.
struct WalkEnd: Equatable, Sendable {
  /// The node of the last entry read; -1 where a real address on the way is not mapped.
  var node: Int32
  /// The position of the last entry in its node.
  var index: Int32
  /// The page that the guest's walk came to, or the real address that is not mapped; all ones where there is neither.
  var real = RealAddress(.max)
  /// The physical page that holds it; nil where there is none.
  var page: HostPage?
  /// The level of the last entry read of a radix map where it does not map ``real``.
  var missingLevel: UInt8 = 0

  /// Whether an entry is the last one read.
  func isAt(_ node: Int32, _ index: Int) -> Bool { node == self.node && index == Int(self.index) }
}

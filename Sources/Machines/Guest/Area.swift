import Addressing

/// A stretch of a process's virtual memory with one use, as its kernel keeps it (Linux: a VMA).
struct Area: Hashable, Sendable {
  /// Numbers of 4 KiB pages.
  var pages: Range<UInt64>
  var protection: Protection
  /// Nil is unknown: the trace holds no event that mapped it, as for the program image.
  var kind: MappingKind?
  /// What the program advised of large pages; nil is nothing.
  var wantsLargePages: Bool?

  /// Whether the two are one area where they touch.
  func continues(as other: Area) -> Bool {
    pages.upperBound == other.pages.lowerBound && protection == other.protection && kind == other.kind
      && wantsLargePages == other.wantsLargePages
  }

  /// The part of it within `range`.
  func clipped(to range: Range<UInt64>) -> Area {
    var part = self
    part.pages = pages.clamped(to: range)
    return part
  }
}

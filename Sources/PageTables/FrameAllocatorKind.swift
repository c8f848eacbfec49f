/// The frame allocators by the names that machine files and results use.
public enum FrameAllocatorKind: String, CaseIterable, Hashable, Sendable, Codable {
  case sequential
  case buddy
  case shuffle
}

/// The memory of one structure, shared by its copies until one of them changes.
///
/// It is a bare pointer because the replay passes here for every page run. Measured on page runs of a Python program
/// and on a miss-heavy stream, the same algorithm over Swift arrays took 7.5 instead of 5.4 ns a hit and 15 instead
/// of 6 ns a miss with its fill: every array written to is asked whether it is shared. Here a change asks once. Each
/// set is contiguous, to touch few cache lines. A structure stays within bounds because it makes all offsets itself,
/// from its geometry.
///
/// Copies may go to other threads: what is shared is only read, since a structure makes its memory its own before every
/// change. The compiler cannot see that of what the two pointers reach, hence `unsafe`.
@usableFromInline final class CacheMemory: Sendable {
  @usableFromInline nonisolated(unsafe) let words: UnsafeMutablePointer<UInt64>
  private let count: Int
  /// Where each tag is; nil where sets are narrow enough to be searched.
  nonisolated(unsafe) let index: TagIndex?

  /// Memory of `count` words of zero.
  init(count: Int, index: TagIndex?) {
    self.count = count
    self.index = index
    words = .allocate(capacity: count)
    words.initialize(repeating: 0, count: count)
  }

  init(copying other: CacheMemory) {
    count = other.count
    index = other.index.map(TagIndex.init(copying:))
    words = .allocate(capacity: count)
    words.initialize(from: other.words, count: count)
  }

  deinit {
    words.deallocate()
    index?.deallocate()
  }
}

/// One set's words of policy state, within ``CacheMemory``.
struct SetState {
  let words: UnsafeMutablePointer<UInt64>

  @inline(__always) subscript(word: Int) -> UInt64 {
    get { words[word] }
    nonmutating set { words[word] = newValue }
  }
}

/// The memory of one structure, shared by its copies until one of them changes.
///
/// It is a bare pointer because the replay passes here for every page run. Measured on page runs of a Python program
/// and on a miss-heavy stream, the same algorithm over Swift arrays took 7.5 instead of 5.4 ns a hit and 15 instead
/// of 6 ns a miss with its fill: every array written to is asked whether it is shared. Here a change asks once. Each
/// set is contiguous, to touch few cache lines. A structure stays within bounds because it makes all offsets itself,
/// from its geometry.
@usableFromInline final class CacheMemory: @unchecked Sendable {
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  private let count: Int
  /// Where each tag is; nil where sets are narrow enough to be searched.
  let index: TagIndex?

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

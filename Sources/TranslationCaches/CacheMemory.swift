/// The memory of one structure, shared by its copies until one of them changes.
///
/// It holds bare pointers, one allocation each, because the replay passes here for every page run. Measured on page
/// runs of a Python program and on a miss-heavy stream, the same algorithm on Swift arrays took 7.5 instead of 5.4 ns a
/// hit and 15 instead of 6 ns a miss with its fill: every array written to is asked whether it is unique. Here a
/// change asks once. A structure stays within bounds because slots and sets come from its own geometry alone.
@usableFromInline final class CacheMemory: @unchecked Sendable {
  /// What is remembered of a set besides its policy's state.
  @usableFromInline struct SetHeader {
    /// The slot touched or filled last; touching it again changes nothing (semantics rule 3).
    @usableFromInline var recent: UInt32
    /// No way below this one is invalid.
    @usableFromInline var vacancy: UInt32
  }

  let entries: Int
  let sets: Int
  let stateWords: Int
  /// By slot; ``TranslationCache/invalidTag`` where it is empty.
  @usableFromInline let tags: UnsafeMutablePointer<UInt64>
  @usableFromInline let payloads: UnsafeMutablePointer<UInt64>
  @usableFromInline let headers: UnsafeMutablePointer<SetHeader>
  /// The policy's words, set after set.
  let states: UnsafeMutablePointer<UInt64>
  /// Where each tag is; nil for sets narrow enough to be searched.
  let index: TagIndex?

  /// Memory of empty sets.
  init(_ geometry: Geometry, stateWords: Int, indexed: Bool) {
    entries = geometry.entries
    sets = geometry.sets
    self.stateWords = stateWords
    tags = .allocate(capacity: entries)
    tags.initialize(repeating: TranslationCache.invalidTag, count: entries)
    payloads = .allocate(capacity: entries)
    payloads.initialize(repeating: 0, count: entries)
    headers = .allocate(capacity: sets)
    for set in 0..<sets {
      let first = UInt32(truncatingIfNeeded: set * geometry.ways)
      (headers + set).initialize(to: SetHeader(recent: first, vacancy: 0))
    }
    states = .allocate(capacity: sets * stateWords)
    states.initialize(repeating: 0, count: sets * stateWords)
    index = indexed ? TagIndex(capacity: entries) : nil
  }

  init(copying other: CacheMemory) {
    entries = other.entries
    sets = other.sets
    stateWords = other.stateWords
    tags = .allocate(capacity: entries)
    tags.initialize(from: other.tags, count: entries)
    payloads = .allocate(capacity: entries)
    payloads.initialize(from: other.payloads, count: entries)
    headers = .allocate(capacity: sets)
    headers.initialize(from: other.headers, count: sets)
    states = .allocate(capacity: sets * stateWords)
    states.initialize(from: other.states, count: sets * stateWords)
    index = other.index.map(TagIndex.init(copying:))
  }

  deinit {
    tags.deallocate()
    payloads.deallocate()
    headers.deallocate()
    states.deallocate()
    index?.deallocate()
  }

  @inline(__always) func state(of set: Int) -> SetState { SetState(words: states + set &* stateWords) }

  func removeAll() {
    tags.update(repeating: TranslationCache.invalidTag, count: entries)
    for set in 0..<sets { headers[set].vacancy = 0 }
    index?.removeAll()
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

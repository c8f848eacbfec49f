import Synchronization

/// The work of compressing one block, which whoever comes first does: a thread of the pool, or the writer that cannot go
/// on without it. So it is done even where the pool has no thread to spare.
final class BlockCompression: Sendable {
  private struct State {
    let deflater = Deflater()
    var contents = BlockContents()
    var block: CompressedBlock?
    var isDue = false

    mutating func work() {
      guard isDue else { return }
      block = CompressedBlock(contents, by: deflater)
      isDue = false
    }
  }

  private let state = Mutex(State())

  /// Takes on `contents`, and leaves the emptied storage of those before.
  func take(_ contents: inout BlockContents) {
    state.withLock { state in
      swap(&state.contents, &contents)
      state.isDue = true
    }
    contents.removeAll()
  }

  /// Compresses the block unless that is done.
  func work() { state.withLock { $0.work() } }

  /// Whether another thread compresses the block now.
  var isBusy: Bool { state.withLockIfAvailable { _ in } == nil }

  /// Compresses the block where no thread has begun to; whether that was so.
  func workIfIdle() -> Bool {
    state.withLockIfAvailable { state in
      guard state.isDue else { return false }
      state.work()
      return true
    } ?? false
  }

  /// The block taken on, once, when it is compressed.
  func finish() -> CompressedBlock? {
    state.withLock { state in
      state.work()
      return state.block.take()
    }
  }
}

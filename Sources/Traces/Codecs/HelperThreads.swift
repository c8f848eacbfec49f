import Dispatch
import Synchronization

/// Threads beside the caller's, which run what they are given, the first first.
///
/// There are never more of them than told, so that a long task keeps a core to itself: where there was one thread more
/// than cores, the hashing of a source shared its core and was left over at the end, alone.
final class HelperThreads: Sendable {
  private struct State {
    var tasks: [@Sendable () -> Void] = []
    var running = 0
  }

  private let count: Int
  private let state = Mutex(State())

  init(count: Int) { self.count = count }

  /// Has a task run as soon as a thread is free; never where there is none.
  func start(_ task: @escaping @Sendable () -> Void) {
    let needsThread = state.withLock { state in
      if count > 0 { state.tasks.append(task) }
      guard state.running < count else { return false }
      state.running += 1
      return true
    }
    if needsThread { DispatchQueue.global().async { self.run() } }
  }

  private func run() {
    while let task = next() { task() }
  }

  /// The next task; nil where this thread is needed no more.
  private func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      if state.tasks.isEmpty {
        state.running -= 1
        return nil
      }
      return state.tasks.removeFirst()
    }
  }
}

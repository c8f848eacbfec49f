import Dispatch
import Synchronization

/// Runs independent tasks on a fixed number of threads. What a task computes must not depend on the others, so
/// that results do not depend on the number of threads.
struct WorkerPool: Sendable {
  let workers: Int

  /// Runs `task(0)` to `task(count - 1)` and returns when all are done.
  func perform(_ count: Int, _ task: @Sendable (Int) -> Void) {
    guard workers > 1, count > 1 else {
      for index in 0..<count { task(index) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        task(index)
      }
    }
  }
}

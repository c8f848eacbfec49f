import Dispatch
import Synchronization

/// Runs independent tasks on a fixed number of threads. What a task computes must not depend on the others, so
/// that results do not depend on the number of threads.
struct WorkerPool: Sendable {
  let workers: Int

  /// Runs all tasks, the first first, and returns when they are done.
  func perform(_ tasks: [@Sendable () -> Void]) {
    guard workers > 1, tasks.count > 1 else {
      for task in tasks { task() }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(workers, tasks.count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < tasks.count else { return }
        tasks[index]()
      }
    }
  }
}

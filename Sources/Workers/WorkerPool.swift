import Dispatch
import Synchronization

/// Runs independent tasks on a fixed number of threads. What a task computes must not depend on the others, so
/// that results do not depend on the number of threads.
public struct WorkerPool: Sendable {
  public let workers: Int

  public init(workers: Int) { self.workers = workers }

  /// The thread of the caller alone.
  public static let one = WorkerPool(workers: 1)

  /// Runs all tasks, the first first, and returns when they are done.
  public func perform(_ tasks: [@Sendable () -> Void]) { forEach(tasks.count) { tasks[$0]() } }

  /// What `transform` makes of each number below `count`, in order.
  public func map<Value: Sendable>(_ count: Int, _ transform: @Sendable (Int) -> Value) -> [Value] {
    guard workers > 1 else { return (0..<count).map(transform) }
    let parts = min(count, 4 * workers)
    let made = Mutex([[Value]](repeating: [], count: parts))
    forEach(parts) { part in
      let values = (count * part / parts..<count * (part + 1) / parts).map(transform)
      made.withLock { $0[part] = values }
    }
    return made.withLock { $0.flatMap(\.self) }
  }

  private func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard workers > 1, count > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }
}

import Synchronization
import Testing
import Workers

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func mappedValuesStandInOrder(workers: Int) {
    let pool = WorkerPool(workers: workers)
    for count in [0, 1, 2, 7, 31, 32, 33, 1000] {
      #expect(pool.map(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
  }

  @Test(arguments: [1, 2, 8]) func everyTaskIsDoneOnce(workers: Int) {
    let done = Mutex(Array(repeating: 0, count: 100))
    WorkerPool(workers: workers).perform(
      (0..<100).map { index in { @Sendable in done.withLock { $0[index] += 1 } } })
    #expect(done.withLock { $0 } == Array(repeating: 1, count: 100))
  }
}

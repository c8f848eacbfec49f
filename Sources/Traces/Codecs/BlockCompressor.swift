/// Compresses blocks on several threads while the next one is filled, and gives them back in order.
struct BlockCompressor {
  /// Blocks that may be unfinished while the next is filled.
  private let capacity: Int
  /// Oldest first.
  private var unfinished: [BlockCompression] = []
  private var idle: [BlockCompression] = []
  private let helpers: HelperThreads

  /// Four full blocks hold 16 MiB of records. More would wait for their records: to compress some of a recorded program
  /// takes three to four times as long as to read them in a binary format.
  private static let maximumCapacity = 4

  /// With one worker, which is the caller's thread, a block is compressed where it is given.
  init(workers: Int) {
    capacity = workers > 1 ? min(workers, Self.maximumCapacity) : 0
    helpers = HelperThreads(count: workers - 1)
  }

  /// Has one of the other workers do something first, if there is any.
  func start(_ task: @escaping @Sendable () -> Void) { helpers.start(task) }

  /// Takes the contents of the next block, and leaves emptied storage.
  mutating func start(_ contents: inout BlockContents) {
    let compression = idle.popLast() ?? BlockCompression()
    compression.take(&contents)
    unfinished.append(compression)
    helpers.start { compression.work() }
  }

  /// The oldest block not yet given back, where there are more than may be unfinished.
  mutating func nextOverdue() -> CompressedBlock? { unfinished.count > capacity ? next() : nil }

  /// The oldest block not yet given back; waits until it is compressed.
  ///
  /// While another worker is at it, this one compresses the next that none has begun: only to wait left one of two cores
  /// idle, and took a third longer where blocks take longer to compress than to fill.
  mutating func next() -> CompressedBlock? {
    if unfinished.isEmpty { return nil }
    let oldest = unfinished.removeFirst()
    defer { idle.append(oldest) }
    if oldest.isBusy { _ = unfinished.first { $0.workIfIdle() } }
    return oldest.finish()
  }
}

import Dispatch

/// Compresses blocks on several threads while the next one is filled, and gives them back in order.
struct BlockCompressor {
  /// Blocks that may be unfinished while the next is filled.
  private let capacity: Int
  /// Oldest first.
  private var unfinished: [BlockCompression] = []
  private var idle: [BlockCompression] = []

  /// Four full blocks hold 16 MiB of records. More would wait for their records: to compress some of a recorded program
  /// takes three to four times as long as to read them in a binary format.
  private static let maximumCapacity = 4

  /// With one worker, a block is compressed where it is given.
  init(workers: Int) {
    capacity = workers > 1 ? min(workers, Self.maximumCapacity) : 0
  }

  /// Takes the contents of the next block, and leaves emptied storage.
  mutating func start(_ contents: inout BlockContents) {
    let compression = idle.popLast() ?? BlockCompression()
    compression.take(&contents)
    unfinished.append(compression)
    if capacity > 0 { DispatchQueue.global().async { compression.work() } }
  }

  /// The oldest block not yet given back, where there are more than may be unfinished.
  mutating func nextOverdue() -> CompressedBlock? { unfinished.count > capacity ? next() : nil }

  /// The oldest block not yet given back; waits until it is compressed.
  mutating func next() -> CompressedBlock? {
    if unfinished.isEmpty { return nil }
    let oldest = unfinished.removeFirst()
    defer { idle.append(oldest) }
    return oldest.finish()
  }
}

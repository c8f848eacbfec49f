import Addressing

/// The basic blocks that the recorder has told of, and how far each vCPU is in the one that it runs.
struct GuestCode {
  /// A basic block: instructions one behind the other.
  struct Block {
    var address: UInt64
    /// The real page of its first instruction, or ``GuestStreamTag/unknownPage``.
    var page: UInt32
    /// Where its instructions' sizes start.
    var start: Int
    var count: Int
  }

  /// Instructions of all blocks, at most: a guest that runs more different code cannot be recorded (64 MiB).
  private static let maximumInstructions = 1 << 26

  private(set) var blocks: [Block] = []
  private var sizes: [UInt8] = []
  /// The address of the next instruction, where its size stands, and where the block's end.
  private var address: UInt64 = 0
  private var next = 0
  private var start = 0
  private var end = 0

  /// Adds a block; false where there are too many.
  mutating func define(_ block: Block, sizes: UnsafeRawBufferPointer) -> Bool {
    guard self.sizes.count + sizes.count <= Self.maximumInstructions else { return false }
    var block = block
    block.start = self.sizes.count
    self.sizes.append(contentsOf: sizes)
    blocks.append(block)
    return true
  }

  /// Begins a block, at its second instruction where the first is repeated rather than fetched again.
  mutating func enter(_ block: Block, fetchesFirst: Bool) {
    start = block.start
    next = start
    end = start + block.count
    address = block.address
    if !fetchesFirst {
      address &+= UInt64(sizes[next])
      next += 1
    }
  }

  /// Leaves the block.
  mutating func leave() { (next, start, end) = (0, 0, 0) }

  /// Instructions of the block being run.
  var count: Int { end - start }

  /// Fetches instructions until `count` of the block have been; all of them where it is nil.
  @inline(__always) mutating func fetch(until count: Int?, into accesses: inout [Access]) {
    let limit = count.map { min(start + $0, end) } ?? end
    while next < limit {
      let size = sizes[next]
      accesses.append(Access(.fetch, VirtualAddress(address), size: UInt16(size)))
      address &+= UInt64(size)
      next += 1
    }
  }
}

import Addressing

/// The basic blocks of one owner in one block, numbered by first appearance: an exact hash table.
///
/// A basic block is a fetch with its data and all that follows without a jump, or data alone.
struct BasicBlockDictionary {
  /// One basic block.
  struct Entry {
    /// Where its fetches start, 0 for data alone.
    let start: UInt64
    /// Where its operations stand among those of all.
    let operations: Range<Int>
    fileprivate let hash: UInt64
    /// The first of the slots of its data, one for each data record.
    let firstSlot: Int
    let slotCount: Int
    /// The basic block that came behind it last; itself at first.
    var successor: Int
  }

  private(set) var entries: [Entry] = []
  private var operations: [Operation] = []
  /// Open addressing, linear probing; -1 is free. Its size is a power of two.
  private var buckets = [Int32](repeating: -1, count: 1024)

  var count: Int { entries.count }

  /// The slots of all basic blocks.
  var slotCount: Int { entries.last.map { $0.firstSlot + $0.slotCount } ?? 0 }

  /// Notes that a basic block came behind another one.
  mutating func setSuccessor(of number: Int, to successor: Int) { entries[number].successor = successor }

  /// The number of the basic block that starts at `start`, whether it was new, and where it ends.
  mutating func next(in records: Span<Access>, from start: Int) -> (number: Int, isNew: Bool, end: Int) {
    var hash = Self.start(of: records, start) &* 0x9E37_79B9_7F4A_7C15
    let end = Self.end(in: records, from: start) { operation in
      hash = (hash ^ UInt64(operation.rawValue)) &* 0x9E37_79B9_7F4A_7C15
    }
    hash ^= hash >> 29
    var bucket = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    while buckets[bucket] >= 0 {
      let number = Int(buckets[bucket])
      if entries[number].hash == hash && matches(entries[number], records, start..<end) {
        return (number, false, end)
      }
      bucket = (bucket + 1) & (buckets.count - 1)
    }
    insert(records, start..<end, hash)
    buckets[bucket] = Int32(entries.count - 1)
    if entries.count * 2 > buckets.count { grow() }
    return (entries.count - 1, true, end)
  }

  private mutating func insert(_ records: Span<Access>, _ range: Range<Int>, _ hash: UInt64) {
    let (first, firstSlot) = (operations.count, slotCount)
    var slots = 0
    for index in range {
      let operation = Operation(records[index])
      operations.append(operation)
      if !operation.isFetch { slots += 1 }
    }
    entries.append(
      Entry(
        start: Self.start(of: records, range.lowerBound), operations: first..<operations.count, hash: hash,
        firstSlot: firstSlot, slotCount: slots, successor: entries.count))
  }

  /// Where the basic block that starts at `start` ends if it is `entry`, or nil: to try the likeliest one first spares
  /// most of them their hash.
  @inline(__always)
  func end(of entry: Entry, in records: Span<Access>, from start: Int) -> Int? {
    let end = start + entry.operations.count
    guard end <= records.count, entry.start == Self.start(of: records, start) else { return nil }
    var next = entry.start
    var place = entry.operations.lowerBound
    for index in start..<end {
      let access = records[index]
      let operation = operations[place]
      guard Operation(access) == operation else { return nil }
      place += 1
      if operation.isFetch {
        guard access.address.rawValue == next else { return nil }
        next = Canonical.extend(next &+ UInt64(operation.size))
      }
    }
    if end == records.count || end - start == TraceFormat.recordsPerBasicBlock { return end }
    let follower = records[end]
    guard follower.kind == .fetch else { return nil }
    return follower.address.rawValue == next && operations[entry.operations.lowerBound].isFetch ? nil : end
  }

  /// Where the basic block that starts at `start` ends; every operation of it is visited.
  @inline(__always)
  private static func end(in records: Span<Access>, from start: Int, visit: (Operation) -> Void) -> Int {
    let limit = min(records.count, start + TraceFormat.recordsPerBasicBlock)
    var next: UInt64?
    var index = start
    while index < limit {
      let access = records[index]
      if access.kind == .fetch {
        if index > start && access.address.rawValue != next { break }
        next = Canonical.extend(access.address.rawValue &+ UInt64(access.size))
      }
      visit(Operation(access))
      index += 1
    }
    return index
  }

  @inline(__always)
  private static func start(of records: Span<Access>, _ index: Int) -> UInt64 {
    records[index].kind == .fetch ? records[index].address.rawValue : 0
  }

  private func matches(_ entry: Entry, _ records: Span<Access>, _ range: Range<Int>) -> Bool {
    guard entry.start == Self.start(of: records, range.lowerBound), entry.operations.count == range.count
    else { return false }
    for (place, index) in zip(entry.operations, range) where operations[place] != Operation(records[index]) {
      return false
    }
    return true
  }

  private mutating func grow() {
    buckets = [Int32](repeating: -1, count: buckets.count * 4)
    for (number, entry) in entries.enumerated() {
      var bucket = Int(truncatingIfNeeded: entry.hash) & (buckets.count - 1)
      while buckets[bucket] >= 0 { bucket = (bucket + 1) & (buckets.count - 1) }
      buckets[bucket] = Int32(number)
    }
  }
}

import Addressing

/// The basic blocks of one owner in one block, numbered by first appearance: an exact hash table.
struct BasicBlockDictionary {
  /// One basic block: where its fetches start, and its operations.
  private struct Entry {
    var start: UInt64
    var operations: Range<Int>
    var hash: UInt64
  }

  private var entries: [Entry] = []
  private var operations: [Operation] = []
  /// Open addressing, linear probing; -1 is free. Its size is a power of two.
  private var buckets = [Int32](repeating: -1, count: 1024)

  var count: Int { entries.count }

  /// The number of the basic block made of these records, and whether it was new.
  mutating func number(of records: ArraySlice<Access>) -> (number: Int, isNew: Bool) {
    let start = records.first.map { $0.kind == .fetch ? $0.address.rawValue : 0 } ?? 0
    var hash = SplitMix64.mix(start &+ UInt64(records.count))
    for access in records { hash = (hash ^ UInt64(Operation(access).rawValue)) &* 0x9E37_79B9_7F4A_7C15 }
    hash ^= hash >> 29
    var bucket = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
    while buckets[bucket] >= 0 {
      let number = Int(buckets[bucket])
      if entries[number].hash == hash && matches(entries[number], start, records) { return (number, false) }
      bucket = (bucket + 1) & (buckets.count - 1)
    }
    let first = operations.count
    for access in records { operations.append(Operation(access)) }
    entries.append(Entry(start: start, operations: first..<operations.count, hash: hash))
    buckets[bucket] = Int32(entries.count - 1)
    if entries.count * 2 > buckets.count { grow() }
    return (entries.count - 1, true)
  }

  private func matches(_ entry: Entry, _ start: UInt64, _ records: ArraySlice<Access>) -> Bool {
    entry.start == start && entry.operations.count == records.count
      && zip(entry.operations, records).allSatisfy { operations[$0] == Operation($1) }
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

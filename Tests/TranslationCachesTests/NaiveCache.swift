import Addressing
import TranslationCaches

/// The obvious set-associative cache: each way a case of its own, each order a list. The oracle for random tests.
struct NaiveCache {
  let sets: Int
  let ways: Int
  var tags: [[UInt64?]]
  var payloads: [[UInt64]]
  var sequences: [NaiveSequence]
  let indexing: SetIndexing

  init(
    _ geometry: Geometry, _ policy: ReplacementPolicy, indexing: SetIndexing = .modulo, seed: UInt64
  ) {
    self.indexing = indexing
    sets = geometry.sets
    ways = geometry.ways
    tags = [[UInt64?]](repeating: [UInt64?](repeating: nil, count: ways), count: sets)
    payloads = [[UInt64]](repeating: [UInt64](repeating: 0, count: ways), count: sets)
    let ways = ways
    let generator = Shared(SplitMix64(seed: seed))
    sequences = (0..<sets).map { _ in NaiveSequence(policy, ways: ways, generator) }
  }

  /// Under XOR, each bit of the set's number by itself: it tells whether one of two bits of the index is set.
  private func set(of index: UInt64) -> Int {
    guard indexing == .xor else { return Int(index % UInt64(sets)) }
    var (set, bits) = (0, 0)
    while 1 << bits < sets { bits += 1 }
    for bit in 0..<bits where (index >> bit) % 2 != (index >> (bit + bits)) % 2 { set += 1 << bit }
    return set
  }

  mutating func lookup(tag: UInt64, index: UInt64) -> Int {
    let set = set(of: index)
    guard let way = tags[set].firstIndex(of: tag) else { return -1 }
    sequences[set].touched(way)
    return set * ways + way
  }

  mutating func fill(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    let set = set(of: index)
    let way = tags[set].firstIndex(of: nil) ?? sequences[set].victim()
    tags[set][way] = tag
    payloads[set][way] = payload
    sequences[set].filled(way)
    return set * ways + way
  }

  mutating func invalidate(tag: UInt64, index: UInt64) -> Bool {
    let set = set(of: index)
    guard let way = tags[set].firstIndex(of: tag) else { return false }
    tags[set][way] = nil
    return true
  }

  mutating func invalidate(where condition: (UInt64, UInt64) -> Bool) -> Int {
    var count = 0
    for set in 0..<sets {
      for way in 0..<ways {
        if let tag = tags[set][way], condition(tag, payloads[set][way]) {
          tags[set][way] = nil
          count += 1
        }
      }
    }
    return count
  }

  var occupied: Int { tags.joined().count { $0 != nil } }
}

/// A generator that all sets of a cache draw from.
final class Shared<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }
}

/// One set's replacement, spelt out.
enum NaiveSequence {
  /// Ways, the most recent last.
  case used([Int])
  case filled([Int])
  /// For each half-open range of ways, whether the victim is in its upper half.
  case tree(ways: Int, [Range<Int>: Bool])
  case random(ways: Int, Shared<SplitMix64>)

  init(_ policy: ReplacementPolicy, ways: Int, _ generator: Shared<SplitMix64>) {
    switch policy {
    case .lru: self = .used([])
    case .fifo: self = .filled([])
    case .treePLRU: self = .tree(ways: ways, [:])
    case .random: self = .random(ways: ways, generator)
    default: preconditionFailure("policy \(policy) has no oracle")
    }
  }

  mutating func touched(_ way: Int) {
    switch self {
    case .used(let order): self = .used(order.filter { $0 != way } + [way])
    case .tree(let ways, var upper):
      var range = 0..<ways
      while range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        upper[range] = way < middle
        range = way < middle ? range.lowerBound..<middle : middle..<range.upperBound
      }
      self = .tree(ways: ways, upper)
    case .filled, .random: break
    }
  }

  mutating func filled(_ way: Int) {
    switch self {
    case .filled(let order): self = .filled(order.filter { $0 != way } + [way])
    default: touched(way)
    }
  }

  func victim() -> Int {
    switch self {
    case .used(let order), .filled(let order): return order[0]
    case .tree(let ways, let upper):
      var range = 0..<ways
      while range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        range = upper[range] == true ? middle..<range.upperBound : range.lowerBound..<middle
      }
      return range.lowerBound
    case .random(let ways, let generator):
      return Int(generator.value.next().multipliedFullWidth(by: UInt64(ways)).high)
    }
  }
}

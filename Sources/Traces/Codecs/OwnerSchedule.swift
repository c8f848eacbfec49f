import Addressing

/// Who owns which records of a block: a table of owners, and lengths of stretches in turn.
struct OwnerSchedule: Equatable {
  /// Consecutive records of one owner.
  struct Stretch: Equatable {
    /// The position of the owner in the table.
    var owner: Int
    var length: Int
  }

  var owners: [Owner] = []
  var stretches: [Stretch] = []

  /// The schedule of spans that cover `recordCount` records.
  init(spans: [OwnerSpan], recordCount: Int) {
    var table = OwnerTable()
    for (index, span) in spans.enumerated() {
      let end = index + 1 < spans.count ? Int(spans[index + 1].position) : recordCount
      let length = end - Int(span.position)
      if length > 0 { stretches.append(Stretch(owner: table.index(of: span.owner), length: length)) }
    }
    owners = table.owners
  }

  /// Records of each owner.
  var lengths: [Int] {
    var lengths = [Int](repeating: 0, count: owners.count)
    for stretch in stretches { lengths[stretch.owner] += stretch.length }
    return lengths
  }

  func append(to bytes: inout [UInt8]) {
    OwnerTable.append(owners, to: &bytes)
    bytes.appendVarint(UInt64(stretches.count))
    for stretch in stretches {
      bytes.appendVarint(UInt64(stretch.owner))
      bytes.appendVarint(UInt64(stretch.length))
    }
  }

  init(decoding cursor: inout ByteCursor, recordCount: Int) throws(TraceError.Problem) {
    owners = try OwnerTable.decode(&cursor)
    let count = try cursor.varint(upTo: recordCount, "the number of owner stretches")
    stretches.reserveCapacity(count)
    var rest = recordCount
    for _ in 0..<count {
      let owner = try cursor.varint(upTo: owners.count - 1, "an owner's number")
      let length = try cursor.varint(upTo: rest, "the length of an owner's stretch")
      guard length > 0 else { throw .illegal("an owner's stretch is empty") }
      guard stretches.last?.owner != owner else { throw .illegal("two stretches of one owner meet") }
      stretches.append(Stretch(owner: owner, length: length))
      rest -= length
    }
    guard rest == 0 else { throw .illegal("the owners' stretches do not add up to the block's records") }
    guard lengths.allSatisfy({ $0 > 0 }) else { throw .illegal("an owner in the table owns nothing") }
  }

  /// Where each stretch starts, as the block's consumers want it.
  func appendSpans(to spans: inout [OwnerSpan]) {
    var position = 0
    for stretch in stretches {
      spans.append(OwnerSpan(position: UInt32(position), owner: owners[stretch.owner]))
      position += stretch.length
    }
  }
}

/// Owners numbered by first appearance.
struct OwnerTable {
  private(set) var owners: [Owner] = []
  private var numbers: [Owner: Int] = [:]

  mutating func index(of owner: Owner) -> Int {
    if let number = numbers[owner] { return number }
    numbers[owner] = owners.count
    owners.append(owner)
    return owners.count - 1
  }

  static func append(_ owners: [Owner], to bytes: inout [UInt8]) {
    bytes.appendVarint(UInt64(owners.count))
    for owner in owners {
      for part in [owner.vm, owner.vcpu, owner.addressSpace, owner.thread] {
        bytes.appendVarint(part.map { UInt64($0) + 1 } ?? 0)
      }
    }
  }

  static func decode(_ cursor: inout ByteCursor) throws(TraceError.Problem) -> [Owner] {
    let count = try cursor.varint(upTo: cursor.remaining / 4, "the number of owners")
    var owners: [Owner] = []
    owners.reserveCapacity(count)
    for _ in 0..<count {
      let owner = try Owner(
        vm: part(&cursor), vcpu: part(&cursor), addressSpace: part(&cursor), thread: part(&cursor))
      owners.append(owner)
    }
    guard Set(owners).count == count else { throw .illegal("an owner stands twice in a table") }
    return owners
  }

  private static func part(_ cursor: inout ByteCursor) throws(TraceError.Problem) -> UInt32? {
    let value = try cursor.varint(upTo: 1 << 32, "a part of an owner")
    return value == 0 ? nil : UInt32(value - 1)
  }
}

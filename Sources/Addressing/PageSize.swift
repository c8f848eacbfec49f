/// The size of a page or frame: 4 KiB, 2 MiB or 1 GiB, the three leaf sizes of an x86-64 radix table
/// (Intel SDM volume 3, section 4.5). The raw value is the number of offset bits.
@frozen public enum PageSize: UInt8, CaseIterable, Sendable, Comparable, Codable {
  case size4K = 12
  case size2M = 21
  case size1G = 30

  /// The number of offset bits.
  @inlinable @inline(__always) public var shift: UInt64 { UInt64(rawValue) }

  /// The size in bytes.
  @inlinable @inline(__always) public var bytes: UInt64 { 1 << shift }

  /// The number of 4 KiB pages it spans.
  @inlinable @inline(__always) public var basePages: UInt64 { 1 << (shift &- 12) }

  /// The table level whose entries map pages of this size; the lowest level is 1.
  @inlinable @inline(__always) public var leafLevel: Int { (Int(rawValue) &- 3) / 9 }

  /// The page size that a leaf entry at `level` maps, or nil where no leaf may stand.
  @inlinable public init?(leafLevel level: Int) {
    switch level {
    case 1: self = .size4K
    case 2: self = .size2M
    case 3: self = .size1G
    default: return nil
    }
  }

  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The name used on the command line, in machine files and in results.
  public var name: String {
    switch self {
    case .size4K: "4K"
    case .size2M: "2M"
    case .size1G: "1G"
    }
  }

  /// The page size with this name, or nil.
  public init?(name: String) {
    guard let size = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = size
  }
}

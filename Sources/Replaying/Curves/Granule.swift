/// A size of page whose misses are counted: any power of two from 4 KiB to 1 TiB, also those that no table of this
/// project maps, as 16 KiB and 64 KiB.
public struct Granule: Hashable, Sendable, CustomStringConvertible {
  /// The number of offset bits.
  public let shift: UInt64

  /// The size in bytes.
  public var bytes: UInt64 { 1 << shift }

  private static let shifts: ClosedRange<UInt64> = 12...40
  private static let units: [(name: Character, shift: UInt64)] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]

  /// Reads the written form: `4K`, `2M`, `1G`; nil where it is not such a size.
  public init?(name: String) {
    guard let unit = Self.units.first(where: { $0.name == name.last }), let number = UInt64(name.dropLast()),
      number.nonzeroBitCount == 1, number < 1024,
      Self.shifts.contains(UInt64(number.trailingZeroBitCount) + unit.shift)
    else { return nil }
    shift = UInt64(number.trailingZeroBitCount) + unit.shift
  }

  /// The written form.
  public var description: String {
    let unit = Self.units.last { $0.shift <= shift } ?? Self.units[0]
    return "\(1 << (shift - unit.shift))\(unit.name)"
  }
}

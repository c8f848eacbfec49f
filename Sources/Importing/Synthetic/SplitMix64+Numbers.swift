import Addressing

extension SplitMix64 {
  /// A number from 0 to `bound` − 1; by multiplication, whose bias is below `bound` / 2^64.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29, 2019, without its rejection [M].
  mutating func number(below bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// A multiple of 2^-53 from 0, less than 1.
  mutating func unitInterval() -> Double { Double(next() >> 11) * 0x1p-53 }
}

import Addressing
public import Replaying

extension Warmup {
  /// Reads a number of accesses as `10000` or `2.5M`, or a percentage of those replayed as `30%`; nil for anything else.
  public init?(parsing text: String) {
    if let count = AccessCount.number(text) {
      self = .accesses(count)
    } else if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent >= 0, percent < 100 {
      self = .fraction(percent / 100)
    } else {
      return nil
    }
  }
}

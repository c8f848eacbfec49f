import Glibc

/// One line on a terminal that says how far a run is, how fast it goes and when it ends. Silent elsewhere.
final class ProgressLine {
  private let name: String
  private let isShown = StandardError.isTerminal
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  init(name: String) { self.name = name }

  /// Shows the accesses replayed and, where known, the share of the work done; at most ten times a second.
  func show(_ accesses: UInt64, _ share: Double?) {
    let now = ContinuousClock.now
    guard isShown, lastShown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastShown = now
    let seconds = (now - start) / .seconds(1)
    var line = "\(name): \(accesses / 1_000_000) M accesses"
    if seconds > 0 { line += ", \(Int(Double(accesses) / seconds / 1e6)) M/s" }
    if let share, share > 0 {
      line += ", \(Int(share * 100)) %, \(Int((seconds / share - seconds).rounded(.up))) s left"
    }
    StandardError.print("\r\u{1B}[K" + line)
  }

  /// Clears the line.
  func finish() {
    if lastShown != nil { StandardError.print("\r\u{1B}[K") }
  }
}

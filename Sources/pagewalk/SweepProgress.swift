/// One line on a terminal that says how far a sweep is. Silent elsewhere.
final class SweepProgress {
  private let points: Int
  private var finished: Int
  private let isShown = StandardError.isTerminal
  private let start = ContinuousClock.now
  private let before: Int
  private var lastShown: ContinuousClock.Instant?

  init(points: Int, finished: Int) {
    self.points = points
    self.finished = finished
    before = finished
  }

  /// Notes that points were finished.
  func finished(_ count: Int) {
    finished += count
    show(0, of: 0)
  }

  /// Shows how far the sweep is, `share` of the `running` points that are being replayed included; at most ten times a
  /// second.
  func show(_ share: Double, of running: Int) {
    let now = ContinuousClock.now
    guard isShown, lastShown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastShown = now
    let done = Double(finished) + share * Double(running)
    let seconds = (now - start) / .seconds(1)
    let rate = (done - Double(before)) / seconds
    var line = "\(finished) of \(points) points, \(Int(100 * done / Double(max(1, points)))) %"
    if rate > 0 { line += ", \(Int(((Double(points) - done) / rate).rounded(.up))) s left" }
    StandardError.print("\r\u{1B}[K" + line)
  }

  /// Clears the line.
  func finish() {
    if lastShown != nil { StandardError.print("\r\u{1B}[K") }
  }
}

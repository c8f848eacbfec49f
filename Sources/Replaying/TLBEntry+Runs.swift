import Addressing
import Strategies
import TranslationCaches

extension TLBEntry {
  /// The entry for a translation that an access needed.
  ///
  /// - Parameter trustsDirtyBits: Whether a walk that finds the dirty bit set spares later writes a walk (rule 7).
  init(_ translation: Translation, writing: Bool, trustsDirtyBits: Bool) {
    self.init(
      base: translation.base, size: translation.size, mappedSize: translation.mappedSize,
      isWritable: translation.isWritable, isExecutable: translation.isExecutable,
      isGlobal: translation.isGlobal,
      isWritten: writing || (trustsDirtyBits && translation.isDirty && translation.isWritable))
  }

  /// Whether an access may pass without another walk: a write needs that a write has passed before.
  @inline(__always) func allows(_ run: PageRun) -> Bool {
    run.isWrite ? isWritten : (isExecutable || !run.isFetch)
  }

  /// The same page, with leave for what a run does and no more.
  func allowingOnly(_ run: PageRun) -> TLBEntry {
    var entry = self
    (entry.isWritable, entry.isExecutable, entry.isWritten) = (false, false, false)
    return entry.allowing(run)
  }

  /// The same page, with leave for what a run does besides.
  func allowing(_ run: PageRun) -> TLBEntry {
    var entry = self
    if run.isFetch { entry.isExecutable = true }
    if run.isWrite { (entry.isWritable, entry.isWritten) = (true, true) }
    return entry
  }
}

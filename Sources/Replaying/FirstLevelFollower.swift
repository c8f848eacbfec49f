import Addressing
import Machines
import Strategies
import TranslationCaches

/// A lane that differs from another one behind the first level alone: it follows what the first level did there.
///
/// Both must require the same invalidations at the same moments and make entries of the same sizes. That is compared and
/// never trusted (semantics rule 22).
struct FirstLevelFollower: Sendable {
  private(set) var lane: Lane
  /// How far the log of the slice has been followed.
  private var nextEntry = 0
  private var nextCount = 0
  private var nextInvalidation = 0

  init(
    _ machine: Machine, _ strategy: any TranslationStrategy, sources: Int
  ) throws(ReplayError) {
    let slots: Int
    do { slots = try FirstLevel(machine).slotBound } catch { throw .cache(error) }
    lane = try Lane(machine, strategy, sources: sources, firstLevelSlots: slots)
  }

  /// Why a lane cannot go on.
  enum Failure: Error {
    case translation(TranslationError)
    /// It would have done something else to the first level.
    case diverged
  }

  /// Replays a slice by the log of the first level.
  mutating func replay(_ slice: Slice, _ log: FirstLevelLog) throws(Failure) {
    (nextEntry, nextCount, nextInvalidation) = (0, 0, 0)
    var observer = NoObserver()
    for step in slice.steps {
      try follow(log, before: step.run)
      do throws(TranslationError) { try lane.take(step.action, &observer) } catch {
        throw .translation(error)
      }
      try compareInvalidations(log)
    }
    try follow(log, before: slice.runs.upperBound)
  }

  private mutating func follow(_ log: FirstLevelLog, before end: Int) throws(Failure) {
    while nextEntry < log.entries.count, Int(log.entries[nextEntry].position) < end {
      let entry = log.entries[nextEntry]
      nextEntry += 1
      try follow(entry)
      let own = lane.entries[Int(entry.slot)]
      guard own.size == entry.size, own.mappedSize == entry.mappedSize else { throw .diverged }
      try compareInvalidations(log)
    }
  }

  private mutating func follow(_ entry: FirstLevelLog.Entry) throws(Failure) {
    let (run, found, slot) = (entry.run, Int(entry.found), Int(entry.slot))
    do throws(TranslationError) {
      if found < 0 {
        lane.note(try lane.resolve(run), in: slot)
      } else if !lane.entries[found].allows(run) {
        lane.note(try lane.upgrade(run), in: slot)
      } else {
        lane.note(lane.entries[found], in: slot)
      }
    } catch {
      throw .translation(error)
    }
  }

  /// Compares what the strategy required since the last time with what was required there.
  private mutating func compareInvalidations(_ log: FirstLevelLog) throws(Failure) {
    let end = Int(log.invalidationCounts[nextCount])
    nextCount += 1
    guard end - nextInvalidation == lane.invalidations.count else { throw .diverged }
    guard end > nextInvalidation else { return }
    guard log.invalidations[nextInvalidation..<end].elementsEqual(lane.invalidations) else { throw .diverged }
    nextInvalidation = end
    lane.invalidations.removeAll(keepingCapacity: true)
  }
}

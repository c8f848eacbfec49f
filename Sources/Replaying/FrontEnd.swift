import Addressing
import Machines
import Strategies
import TranslationCaches

/// The TLBs of a lane: first-level TLBs for instructions and data, or one for both, and a second level that is shared
/// or split. They hold whole translations. No level includes the other; an eviction from one leaves the other alone.
struct FrontEnd: Sendable {
  private var data: TLBLevel
  /// Nil where the first level is unified.
  private var instructions: TLBLevel?
  /// Nil where the machine has no second level.
  private var second: TLBLevel?
  /// That of instructions, where the second level is split.
  private var secondInstructions: TLBLevel?

  init(_ machine: Machine) throws(TranslationCacheError) {
    data = try Self.first(machine.l1d, seed: machine.seed &+ 10)
    if machine.firstLevelSharing == .split {
      instructions = try Self.first(machine.l1i, seed: machine.seed &+ 20)
    }
    second = try Self.second(machine.l2, seed: machine.seed &+ 30)
    if machine.l2.sharing == .split {
      secondInstructions = try Self.second(machine.l2, seed: machine.seed &+ 40)
    }
  }

  private static func first(_ level: Machine.FirstLevel, seed: UInt64) throws(TranslationCacheError)
    -> TLBLevel
  {
    guard let small = level.page4K else { preconditionFailure("every first level has entries for 4K pages") }
    return try TLBLevel(
      small: small, large: level.page2M, huge: level.page1G, policy: level.policy, seed: seed)
  }

  private static func second(
    _ level: Machine.SecondLevel, seed: UInt64
  ) throws(TranslationCacheError) -> TLBLevel? {
    guard let small = level.page4K2M else { return nil }
    return try TLBLevel(small: small, sharesLarge: true, huge: level.page1G, policy: level.policy, seed: seed)
  }

  /// The first-level entry of a run's page, which counts as used, whether or not it lets the run pass.
  @inline(__always)
  mutating func firstLevelEntry(_ run: PageRun, context: UInt16) -> TLBEntry? {
    guard run.isFetch, instructions != nil else { return data.lookup(context: context, page: run.page) }
    return instructions!.lookup(context: context, page: run.page)
  }

  /// The second-level entry of a run's page, which counts as used.
  mutating func secondLevelEntry(_ run: PageRun, context: UInt16) -> TLBEntry? {
    if run.isFetch, secondInstructions != nil {
      return secondInstructions!.lookup(context: context, page: run.page)
    }
    return second?.lookup(context: context, page: run.page)
  }

  /// Enters a translation into the first level, which was just found not to hold it.
  mutating func fillFirstLevel(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if run.isFetch, instructions != nil {
      instructions!.fill(context: context, page: run.page, entry)
    } else {
      data.fill(context: context, page: run.page, entry)
    }
  }

  /// Changes a translation in the first level, or enters it where an invalidation dropped it.
  mutating func updateFirstLevel(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if run.isFetch, instructions != nil {
      instructions!.update(context: context, page: run.page, entry)
    } else {
      data.update(context: context, page: run.page, entry)
    }
  }

  /// Enters a translation into the second level, which was just found not to hold it.
  mutating func fillSecondLevel(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if run.isFetch, secondInstructions != nil {
      secondInstructions!.fill(context: context, page: run.page, entry)
    } else {
      second?.fill(context: context, page: run.page, entry)
    }
  }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) {
    forEachLevel { level in
      switch invalidation {
      case .page(let context, let address):
        level.invalidate(context: context, page: address.pageNumber)
      case .range(let context, let address, let length):
        let last = address.advanced(by: max(length, 1) - 1)
        level.invalidate(
          context: context, pages: address.pageNumber...max(last.pageNumber, address.pageNumber))
      case .context(let context):
        level.invalidate(context: context)
      case .all:
        level.invalidateAll()
      }
    }
  }

  private mutating func forEachLevel(_ body: (inout TLBLevel) -> Void) {
    body(&data)
    if instructions != nil { body(&instructions!) }
    if second != nil { body(&second!) }
    if secondInstructions != nil { body(&secondInstructions!) }
  }
}

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
}

import Addressing
import Machines
import Strategies
import TranslationCaches

/// The first-level TLBs: for instructions and data, or one for both. They hold whole translations.
struct FirstLevel: Sendable {
  private var data: TLBLevel
  /// Nil where the first level is unified.
  private var instructions: TLBLevel?
  /// The first slot of ``instructions`` in the numbering of all slots.
  private let firstInstructionSlot: Int

  init(_ machine: Machine) throws(TranslationCacheError) {
    data = try Self.level(machine.l1d, seed: machine.seed &+ 10)
    if machine.firstLevelSharing == .split {
      instructions = try Self.level(machine.l1i, seed: machine.seed &+ 20)
    }
    firstInstructionSlot = data.slotBound
  }

  private static func level(
    _ level: Machine.FirstLevel, seed: UInt64
  ) throws(TranslationCacheError) -> TLBLevel {
    guard let small = level.page4K else { preconditionFailure("every first level has entries for 4K pages") }
    return try TLBLevel(
      small: small, large: level.page2M, huge: level.page1G, policy: level.policy, indexing: level.index,
      seed: seed)
  }

  /// The context of global entries.
  var globalContext: UInt16? {
    get { data.globalContext }
    set {
      data.globalContext = newValue
      instructions?.globalContext = newValue
    }
  }

  /// A number that no slot reaches.
  var slotBound: Int { firstInstructionSlot + (instructions?.slotBound ?? 0) }

  /// The entry of a run's page, which counts as used, whether or not it lets the run pass, and its slot.
  @inline(__always) mutating func lookup(_ run: PageRun, context: UInt16) -> TLBLevel.Found? {
    guard run.isFetch, instructions != nil else { return data.lookup(context: context, page: run.page) }
    var found = instructions!.lookup(context: context, page: run.page)
    found?.slot += firstInstructionSlot
    return found
  }

  /// Whether the structure in which fetches, or other accesses, are looked up holds a page; nothing changes.
  func holds(_ page: UInt64, isFetch: Bool, context: UInt16) -> Bool {
    (isFetch ? instructions ?? data : data).probe(context: context, page: page) != nil
  }

  /// Enters a translation that is not there; its slot.
  mutating func fill(_ run: PageRun, _ entry: TLBEntry, context: UInt16) -> Int {
    guard run.isFetch, instructions != nil else { return data.fill(context: context, page: run.page, entry) }
    return firstInstructionSlot + instructions!.fill(context: context, page: run.page, entry)
  }

  /// Changes a translation, or enters it where an invalidation dropped it; its slot.
  mutating func update(_ run: PageRun, _ entry: TLBEntry, context: UInt16) -> Int {
    guard run.isFetch, instructions != nil else {
      return data.update(context: context, page: run.page, entry)
    }
    return firstInstructionSlot + instructions!.update(context: context, page: run.page, entry)
  }

  /// Changes what is in a slot.
  mutating func replace(_ slot: Int, _ entry: TLBEntry) {
    if slot < firstInstructionSlot {
      data.replace(slot, entry)
    } else {
      instructions?.replace(slot - firstInstructionSlot, entry)
    }
  }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) {
    data.apply(invalidation)
    instructions?.apply(invalidation)
  }
}

extension TLBLevel {
  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) {
    switch invalidation {
    case .page(let context, let address):
      invalidate(context: context, page: address.pageNumber)
    case .range(let tags, let address, let length):
      let last = address.advanced(by: max(length, 1) - 1)
      invalidate(
        context: tags.own, global: tags.global,
        pages: address.pageNumber...max(last.pageNumber, address.pageNumber))
    case .context(let context):
      invalidate(context: context)
    case .contexts(let contexts):
      invalidate(contexts: contexts.contains)
    case .all:
      invalidateAll()
    }
  }
}

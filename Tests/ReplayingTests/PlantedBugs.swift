import Addressing
import Machines
import PageTables
import Results
import Strategies

/// A mistake in a strategy: what it does differently from a right one.
protocol PlantedBug: Sendable {
  associatedtype Base: TranslationStrategy
  init()
  /// Spoils an answer.
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation
  /// What is dropped for an answer, though nobody asked.
  mutating func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation?
  static var ignoresPageInvalidations: Bool { get }
  static var ignoresFlushes: Bool { get }
  static var keepsWalkCaches: Bool { get }
  static var ignoresStores: Bool { get }
  static var ignoresRetirement: Bool { get }
}

extension PlantedBug {
  static var ignoresPageInvalidations: Bool { false }
  static var ignoresFlushes: Bool { false }
  static var keepsWalkCaches: Bool { false }
  static var ignoresStores: Bool { false }
  static var ignoresRetirement: Bool { false }
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation { answer }
  mutating func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation? {
    nil
  }
}

/// A right strategy with a bug planted around it.
struct Buggy<Bug: PlantedBug>: TranslationStrategy {
  static var name: String { Bug.Base.name == NativeTranslation.name ? Bug.Base.name : "\(Bug.self)" }
  static var idea: String { Bug.Base.idea }
  static var notApplicable: CounterSet { Bug.Base.notApplicable }

  private var base: Bug.Base
  private var bug = Bug()

  init(_ machines: [[Machine]], _ parameters: StrategyParameters) { base = Bug.Base(machines, parameters) }

  mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation {
    let answer = try base.translate(request, on: &platform, &effects)
    if let unasked = bug.unasked(request, on: platform) { effects.invalidations.append(unasked) }
    return bug.spoil(answer, request, on: platform)
  }

  mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try base.fault(request, on: &platform, &effects)
  }

  mutating func willStore(
    to address: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    try base.willStore(to: address, on: &platform, &effects)
  }

  mutating func didStore(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {
    if !Bug.ignoresStores { try base.didStore(change, on: &platform, &effects) }
  }

  mutating func invalidate(
    _ dropped: Invalidation?, on platform: inout Platform, _ effects: inout Effects
  ) {
    if Bug.ignoresPageInvalidations { return }
    if !Bug.keepsWalkCaches { return base.invalidate(dropped, on: &platform, &effects) }
    if let dropped { effects.invalidations.append(dropped) }
  }

  mutating func switchAddressSpace(
    flushing context: UInt16?, on platform: inout Platform, _ effects: inout Effects
  ) {
    if Bug.ignoresFlushes { return }
    if !Bug.keepsWalkCaches {
      return base.switchAddressSpace(flushing: context, on: &platform, &effects)
    }
    if let context { effects.invalidations.append(.context(context)) }
  }

  mutating func retire(_ root: RealAddress, on platform: inout Platform, _ effects: inout Effects) {
    if !Bug.ignoresRetirement { base.retire(root, on: &platform, &effects) }
  }

  mutating func finishWalks(on platform: inout Platform) throws(TranslationError) {
    try base.finishWalks(on: &platform)
  }

  mutating func countFinishedWalks(_ effects: inout Effects) { base.countFinishedWalks(&effects) }

  mutating func run(processor: Int) { base.run(processor: processor) }
  mutating func invalidateWalkCaches(context: UInt16) { base.invalidateWalkCaches(context: context) }
  mutating func invalidateWalkCaches() { base.invalidateWalkCaches() }
  mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool {
    base.corruptEntry(for: address, on: &platform)
  }
}

struct IgnoresPageInvalidations: PlantedBug {
  typealias Base = NativeTranslation
  static let ignoresPageInvalidations = true
}

struct IgnoresFlushes: PlantedBug {
  typealias Base = NativeTranslation
  static let ignoresFlushes = true
}

struct KeepsWalkCaches: PlantedBug {
  typealias Base = NativeTranslation
  static let keepsWalkCaches = true
}

struct KeepsNestedWalkCaches: PlantedBug {
  typealias Base = NestedPaging
  static let keepsWalkCaches = true
}

struct KeepsShadowEntries: PlantedBug {
  typealias Base = ShadowPaging
  static let ignoresStores = true
}

struct KeepsEntriesOfTheDead: PlantedBug {
  typealias Base = NativeTranslation
  static let ignoresRetirement = true
  static let ignoresFlushes = true
}

/// Answers an address as it did the last time, whoever asks.
struct MixesAddressSpacesUp: PlantedBug {
  typealias Base = RealMap
  private var answers: [VirtualAddress: Translation] = [:]
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation {
    if let before = answers[request.address] { return before }
    answers[request.address] = answer
    return answer
  }
}

struct ClaimsLargePages: PlantedBug {
  typealias Base = NestedPaging
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation {
    var answer = answer
    answer.size = .size2M
    answer.base = answer.base.alignedDown(to: .size2M)
    return answer
  }
}

struct LosesTheOffsetInLargePages: PlantedBug {
  typealias Base = NestedPaging
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation {
    var answer = answer
    answer.base = answer.base.alignedDown(to: .size2M)
    return answer
  }
}

/// Answers every machine from the first one's memory.
struct MixesMachinesUp: PlantedBug {
  typealias Base = NativeTranslation
  mutating func spoil(
    _ answer: Translation, _ request: TranslationRequest, on platform: borrowing Platform
  ) -> Translation {
    var answer = answer
    answer.base = PhysicalAddress(answer.base.rawValue % platform.machine.vm.memory.bytes)
    return answer
  }
}

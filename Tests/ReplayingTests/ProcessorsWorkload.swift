import Addressing
import Traces

/// A seeded recorded guest of several virtual processors, which run in turns: what each accesses, invalidates and loads.
///
/// With process-context identifiers each processor gives them to roots as it likes, and owes those that it does not run a
/// flush where it changed an entry of their root: at once by INVPCID, or when it loads them next.
struct ProcessorsWorkload {
  private enum Step {
    case access(AccessKind, page: UInt64)
    case invalidate(page: UInt64)
    case invalidateContext(type: UInt8, identifier: UInt16, page: UInt64)
    case load(cr3: UInt64)
    /// A store to the entry of a page, which leads to another frame from then on.
    case remap(page: UInt64, root: UInt64, frame: UInt64)
  }

  private static let roots: [UInt64] = [0x10_0000, 0x20_0000]
  private static let base: UInt64 = 0x4000_0000
  /// The pages mapped lie in so many leaf tables, so many in each.
  private static let (tables, pagesOfTable): (UInt64, UInt64) = (4, 24)
  private static let firstFrame: UInt64 = 0x100_0000

  private let processors: Int
  private let usesIdentifiers: Bool
  private var steps: [(processor: Int, step: Step)] = []

  /// What a processor knows of its identifiers.
  private struct Identifiers {
    var running: UInt16 = 0
    /// The root that each was loaded with last.
    var roots: [UInt16: UInt64] = [0: ProcessorsWorkload.roots[0]]
    /// Those that are to be flushed when they are loaded next.
    var owed: Set<UInt16> = []

    /// What to load into CR3 for a root with an identifier; without a flush where none is needed and `mayKeep`.
    mutating func load(_ root: UInt64, _ identifier: UInt16, mayKeep: Bool) -> UInt64 {
      let keeps = mayKeep && roots[identifier] == root && !owed.contains(identifier)
      running = identifier
      roots[identifier] = root
      owed.remove(identifier)
      return root | UInt64(identifier) | (keeps ? 1 << 63 : 0)
    }

    /// Those that do not run and may have cached what is of a root.
    func others(of root: UInt64) -> [UInt16] {
      roots.filter { $0.value == root && $0.key != running }.keys.sorted()
    }
  }

  /// - Parameters:
  ///   - remaps: Whether entries change in the course of it.
  ///   - usesIdentifiers: Whether CR4.PCIDE is set.
  init(processors: Int, steps count: Int, remaps: Bool, usesIdentifiers: Bool = false, seed: UInt64) {
    self.processors = processors
    self.usesIdentifiers = usesIdentifiers
    var identifiers = Array(repeating: Identifiers(), count: processors)
    var random = SplitMix64(seed: seed)
    var frame = Self.firstFrame + 2 * Self.tables * Self.pagesOfTable << 12
    while steps.count < count {
      let processor = Int.random(in: 0..<processors, using: &random)
      for _ in 0..<Int.random(in: 1...24, using: &random) {
        let page = UInt64.random(in: 0..<Self.tables * Self.pagesOfTable, using: &random)
        let step: Step
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<2:
          let root = Self.roots[Int.random(in: 0...1, using: &random)]
          guard usesIdentifiers else {
            step = .load(cr3: root)
            break
          }
          let identifier = UInt16.random(in: 0..<5, using: &random)
          let mayKeep = Bool.random(using: &random)
          step = .load(cr3: identifiers[processor].load(root, identifier, mayKeep: mayKeep))
        case 2..<3 where usesIdentifiers:
          let type = UInt8.random(in: 0..<4, using: &random)
          step = .invalidateContext(type: type, identifier: .random(in: 0..<5, using: &random), page: page)
        case 2..<6: step = .invalidate(page: page)
        case 6..<8 where remaps:
          frame += 1 << 12
          step = .remap(page: page, root: Self.roots[Int.random(in: 0...1, using: &random)], frame: frame)
        case 8..<30: step = .access(.fetch, page: page / 2)
        case 30..<45: step = .access(.store, page: page)
        default: step = .access(.load, page: page / 3)
        }
        steps.append((processor, step))
        guard case .remap(_, let root, _) = step else { continue }
        steps.append((processor, .invalidate(page: page)))
        guard usesIdentifiers else { continue }
        for identifier in identifiers[processor].others(of: root) {
          if Bool.random(using: &random) {
            identifiers[processor].owed.insert(identifier)
          } else {
            let type = UInt8.random(in: 0..<4, using: &random)
            steps.append((processor, .invalidateContext(type: type, identifier: identifier, page: page)))
          }
        }
      }
    }
    // Events behind the last record would be of no effect.
    for processor in 0..<processors { steps.append((processor, .access(.load, page: 0))) }
  }

  /// The trace of what one of them does, or all.
  func bytes(of only: Int? = nil) throws -> [UInt8] {
    try GuestTrace.bytes { trace in
      for (index, root) in Self.roots.enumerated() { try Self.map(under: root, UInt64(index), trace) }
      for processor in 0..<processors where only == nil || processor == only {
        Self.turn(trace, to: processor)
        try trace.begin(cr4: usesIdentifiers ? GuestTrace.identifiers : 0)
        try trace.load(Self.roots[0])
      }
      for (processor, step) in steps where only == nil || processor == only {
        Self.turn(trace, to: processor)
        try Self.take(step, trace)
      }
    }
  }

  private static func turn(_ trace: GuestTrace, to processor: Int) {
    trace.writer.select(Owner(vm: 0, vcpu: UInt32(processor), addressSpace: 1))
  }

  private static func take(_ step: Step, _ trace: GuestTrace) throws {
    switch step {
    case .access(let kind, let page): try trace.writer.append(Access(kind, address(of: page), size: 4))
    case .invalidate(let page): try trace.writer.append(.invalidatePage(address(of: page)))
    case .invalidateContext(let type, let identifier, let page):
      try trace.writer.append(.invalidateContext(type: type, pcid: identifier, address(of: page)))
    case .load(let cr3): try trace.load(cr3)
    case .remap(let page, let root, let frame):
      try trace.store(
        GuestTrace.flags | frame, in: leafTable(of: page, root), at: address(of: page).rawValue, level: 1)
    }
  }

  private static func map(under root: UInt64, _ number: UInt64, _ trace: GuestTrace) throws {
    try trace.root(root)
    let first = firstFrame + number * tables * pagesOfTable << 12
    try trace.map(base, to: first, under: root)
    for table in 1..<tables {
      let frame = leafTable(of: table * pagesOfTable, root)
      try trace.writer.append(.tableLinked(RealAddress(frame), level: 1, entries: [], storesBefore: 0))
      try trace.store(GuestTrace.flags | frame, in: root + 0x2000, at: base + table << 21, level: 2)
    }
    for page in 1..<tables * pagesOfTable {
      try take(.remap(page: page, root: root, frame: first + page << 12), trace)
    }
  }

  private static func address(of page: UInt64) -> VirtualAddress {
    VirtualAddress(base + (page / pagesOfTable) << 21 + (page % pagesOfTable) << 12)
  }

  /// The table that ``GuestTrace/map(_:to:under:level:flags:)`` makes, or one behind it.
  private static func leafTable(of page: UInt64, _ root: UInt64) -> UInt64 {
    root + 0x3000 + (page / pagesOfTable) << 12
  }
}

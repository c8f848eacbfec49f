import Addressing

/// A process that writes all its memory, and then makes children again and again: each child writes some pages, taking
/// turns with its siblings, and ends. Every such write copies its page, for the parent holds them all.
struct ForkStormPattern: SyntheticPattern {
  static let summary = "processes forked, each writing pages that are copied for it, and ending"
  static let settings: [SyntheticSetting] = [.processes, .writes]
  static let footprint: UInt64 = 1 << 20

  private static let parent: UInt32 = 1

  private let pages: UInt64
  private let processes: UInt32
  private let writes: UInt64
  private var generator: SplitMix64
  /// Pages that the parent has written.
  private var written: UInt64 = 0
  private var firstChild = Self.parent + 1
  /// The next page that each child writes; empty where there is none.
  private var children: [UInt64] = []
  /// Pages that each child has yet to write.
  private var writesLeft: UInt64 = 0

  init(_ settings: SyntheticSettings, seed: UInt64) {
    pages = settings.pages
    processes = UInt32(settings.processes)
    writes = settings.writes
    generator = SplitMix64(seed: seed)
  }

  mutating func step(_ program: inout SyntheticProgram) {
    guard written == pages else {
      program.access(.store, offset: written * 4096)
      written += 1
      return
    }
    if children.isEmpty { fork(&program) }
    for child in children.indices {
      program.run(firstChild + UInt32(child))
      program.access(.store, offset: children[child] * 4096)
      children[child] = (children[child] + 1) % pages
    }
    writesLeft -= 1
    if writesLeft == 0 { exit(&program) }
  }

  private mutating func fork(_ program: inout SyntheticProgram) {
    // Numbers are used again once there are no new ones.
    if firstChild > .max - processes { firstChild = Self.parent + 1 }
    for child in 0..<processes { program.append(.clone(child: firstChild + child, sharesMemory: false)) }
    children = (0..<processes).map { _ in generator.number(below: pages) }
    writesLeft = writes
  }

  private mutating func exit(_ program: inout SyntheticProgram) {
    for child in children.indices {
      program.run(firstChild + UInt32(child))
      program.append(.exit(wholeProcess: true))
    }
    children = []
    firstChild += processes
    program.run(Self.parent)
  }
}

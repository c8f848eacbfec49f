import Addressing

/// A hand-written trace of one virtual machine: accesses and program events of numbered processes.
struct GuestScript {
  private(set) var block = RunBlock()

  init(_ steps: [Step] = []) { for step in steps { append(step) } }

  enum Step {
    case read(UInt32, UInt64)
    case write(UInt32, UInt64)
    case fetch(UInt32, UInt64)
    case event(UInt32, Event)

    var isEvent: Bool { if case .event = self { true } else { false } }
  }

  mutating func append(_ step: Step) {
    switch step {
    case .read(let process, let page): access(process, page, isFetch: false, isWrite: false)
    case .write(let process, let page): access(process, page, isFetch: false, isWrite: true)
    case .fetch(let process, let page): access(process, page, isFetch: true, isWrite: false)
    case .event(let process, let event):
      let owner = Owner(addressSpace: process)
      block.events.append(PositionedEvent(position: block.recordCount, owner: owner, event: event))
    }
  }

  private mutating func access(_ process: UInt32, _ page: UInt64, isFetch: Bool, isWrite: Bool) {
    let owner = Owner(addressSpace: process)
    if block.spans.last?.owner != owner {
      block.spans.append(OwnerSpan(position: block.recordCount, owner: owner))
    }
    block.runs.append(PageRun(page: page, ordinal: block.recordCount, isFetch: isFetch, isWrite: isWrite))
    block.recordCount += 1
  }
}

extension Event {
  /// Shorthands in page numbers.
  static func map(
    _ page: UInt64, _ count: UInt64, _ protection: Protection = [.read, .write],
    _ kind: MappingKind = .anonymous
  ) -> Event {
    .map(VirtualAddress(page << 12), length: count << 12, protection, kind)
  }
  static func unmap(_ page: UInt64, _ count: UInt64) -> Event {
    .unmap(VirtualAddress(page << 12), length: count << 12)
  }
  static func protect(_ page: UInt64, _ count: UInt64, _ protection: Protection) -> Event {
    .protect(VirtualAddress(page << 12), length: count << 12, protection)
  }
  static func advise(_ page: UInt64, _ count: UInt64, _ advice: Advice) -> Event {
    .advise(VirtualAddress(page << 12), length: count << 12, advice)
  }
  static func remap(_ page: UInt64, _ count: UInt64, to new: UInt64, _ newCount: UInt64) -> Event {
    .remap(
      VirtualAddress(page << 12), oldLength: count << 12, to: VirtualAddress(new << 12),
      newLength: newCount << 12)
  }
}

public import Addressing

/// What each of several virtual processors of a machine may still have cached: what it was told of every page since the
/// architecture last required it to forget (semantics rule 32). Another processor may have changed the tables meanwhile.
///
/// A single processor sees its own stores, so nothing is kept for it.
public struct ProcessorMemory<Answer: Equatable & Sendable>: Sendable {
  /// By processor, then by page: what it was told, the last first.
  private var told: [Int: [UInt64: [Answer]]] = [:]

  public init() {}

  /// Whether more than one processor has loaded its registers.
  public var hasSeveralProcessors: Bool { told.count > 1 }

  /// What a processor may hold true of a page, beginning with what the tables say, which it is told by this.
  public mutating func answers(forPage page: UInt64, now: Answer?, processor: Int) -> [Answer] {
    guard hasSeveralProcessors else { return now.map { [$0] } ?? [] }
    let earlier = told[processor]?[page] ?? []
    guard let now, earlier.first != now else { return earlier }
    let all = [now] + earlier.filter { $0 != now }
    told[processor, default: [:]][page] = all
    return all
  }

  /// Whether a processor may hold an answer true of a page.
  public mutating func holds(_ answer: Answer, forPage page: UInt64, now: Answer?, processor: Int) -> Bool {
    guard hasSeveralProcessors else { return now == answer }
    return answers(forPage: page, now: now, processor: processor).contains(answer)
  }

  /// Forgets what an event requires its processor to forget. Entries of the upper half may be global, and outlast a load of
  /// CR3; a page fault drops what is cached of its page (Intel SDM volume 3, section 4.10.4.1).
  public mutating func apply(_ event: Event, processor: Int) {
    switch event {
    case .invalidatePage(let address), .pageFault(let address, _, _, _):
      if hasSeveralProcessors { told[processor]?[address.pageNumber] = nil }
    case .controlRegister(.cr3, _): told[processor, default: [:]] = upperHalf(of: processor)
    case .controlRegister(.cr4, _): told[processor] = [:]
    default: break
    }
  }

  private func upperHalf(of processor: Int) -> [UInt64: [Answer]] {
    (told[processor] ?? [:]).filter { $0.key >> 51 == 1 }
  }
}

import Addressing

/// What each of several virtual processors was told of pages and need not have forgotten (semantics rule 32), by the text of
/// the manual (Intel SDM volume 3, section 4.10.4.1 [M]). Nothing is kept for a single processor.
struct ReferenceMemory: Sendable {
  typealias Answer = ReferenceTranslator.Answer

  /// A page as a processor tags it. The upper half may hold global pages, which any tag finds.
  private struct Place: Hashable {
    var processor: Int
    var page: UInt64
    /// What CR3 holds without bit 63; nil in the upper half.
    var tag: UInt64?

    init(processor: Int, page: UInt64, cr3: UInt64) {
      self.processor = processor
      self.page = page
      tag = page >= 1 << 51 ? nil : cr3
    }

    func has(_ identifier: UInt64) -> Bool { tag.map { $0 & 4095 == identifier } ?? false }
  }

  private static let identifiersBit: UInt64 = 1 << 17
  /// PSE, PAE, PGE and SMEP.
  private static let emptyingBits: UInt64 = 0x10_00B0

  /// What was told of each page, in order.
  private var told: [Place: [Answer]] = [:]
  private var cr3: [Int: UInt64] = [:]
  private var cr4: [Int: UInt64] = [:]

  /// What a processor may hold true of a page that the tables answer so now.
  mutating func answers(forPage page: UInt64, now: Answer?, processor: Int) -> [Answer] {
    guard hasSeveral else { return now.map { [$0] } ?? [] }
    let place = Place(processor: processor, page: page, cr3: cr3[processor] ?? 0)
    if let now, told[place]?.last != now { told[place, default: []].append(now) }
    return told[place]?.reversed() ?? []
  }

  mutating func apply(_ event: Event, processor: Int) {
    switch event {
    case .controlRegister(.cr3, let value):
      let tag = usesIdentifiers(processor) ? value & ~(1 << 63) : value & ~4095
      let keeps = usesIdentifiers(processor) && value >> 63 == 1
      forget(processor) {
        $0.has(tag & 4095) && (!keeps || $0.tag != tag)
      }
      cr3[processor] = tag
    case .controlRegister(.cr4, let value):
      let changed = value ^ (cr4[processor] ?? value)
      let losesIdentifiers = changed & ~value & Self.identifiersBit != 0
      if losesIdentifiers || changed & Self.emptyingBits != 0 { forget(processor) { _ in true } }
      cr4[processor] = value
      if losesIdentifiers, let tag = cr3[processor] { cr3[processor] = tag & ~4095 }
    case .invalidatePage(let address), .pageFault(let address, _, _, _):
      told[Place(processor: processor, page: address.pageNumber, cr3: cr3[processor] ?? 0)] = nil
    case .invalidateContext(let type, let identifier, let address):
      forget(processor) {
        switch type {
        case 0: $0.has(UInt64(identifier)) && $0.page == address.pageNumber
        case 1: $0.has(UInt64(identifier))
        case 2: true
        default: $0.tag != nil
        }
      }
    default: break
    }
  }

  /// Whether several processors have loaded registers.
  private var hasSeveral: Bool { max(cr3.count, cr4.count) > 1 }

  private func usesIdentifiers(_ processor: Int) -> Bool {
    (cr4[processor] ?? 0) & Self.identifiersBit != 0
  }

  private mutating func forget(_ processor: Int, _ condition: (Place) -> Bool) {
    guard hasSeveral else { return }
    told = told.filter { $0.key.processor != processor || !condition($0.key) }
  }
}

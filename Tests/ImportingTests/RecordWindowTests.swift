import Addressing
import Importing
import Testing

@Suite struct RecordWindowTests {
  /// Ten accesses at 0x0, 0x1000, …, each after an event naming its number.
  private let text = (0..<10).map { "phase \($0)\nload \($0 * 4096) 8\n" }.joined()

  private func kept(skip: UInt64, limit: UInt64?) throws -> [Item] {
    try imported(text, window: RecordWindow(skip: skip, limit: limit)).items
  }

  @Test func eventsOfSkippedRecordsStandBeforeTheFirstKeptOne() throws {
    #expect(
      try kept(skip: 2, limit: 2) == [
        .event(.phase(0)), .event(.phase(1)), .event(.phase(2)), .access(.load, 2 * 4096, 8),
        .event(.phase(3)),
        .access(.load, 3 * 4096, 8),
      ])
  }

  @Test(arguments: [0, 1, 9, 10, 11] as [UInt64], [nil, 0, 1, 9, 10, 11] as [UInt64?])
  func keepsTheRecordsOfTheWindow(skip: UInt64, limit: UInt64?) throws {
    let items = try kept(skip: skip, limit: limit)
    let addresses = items.compactMap { item in
      if case .access(let access, _) = item { access.address.rawValue / 4096 } else { nil }
    }
    #expect(addresses == Array((0..<10).dropFirst(Int(skip)).prefix(limit.map(Int.init) ?? 10)))
  }
}

import Traces

/// Reads ChampSim's `cloudsuite_instr` records; ``ChampSimRecords`` tells how.
struct CloudSuiteImporter: TraceImporter {
  private var records: ChampSimRecords

  init(_ input: ByteInput) { records = ChampSimRecords(input) }

  static var isBinary: Bool { true }

  static func recognises(_ start: [UInt8]) -> Bool { ChampSimRecords.recognises(start, .cloudSuite) }

  var remarks: [String] { [] }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    try records.next(into: &block, .cloudSuite)
  }
}

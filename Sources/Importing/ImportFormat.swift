public import Traces

/// The foreign formats that can be imported; the raw value is the name on the command line.
public enum ImportFormat: String, CaseIterable, Sendable {
  /// Output of valgrind's lackey with `--trace-mem=yes`, better with `--trace-syscalls=yes`.
  case lackey
  /// Dinero's traditional format: a label and an address a line.
  case din
  /// Dinero IV's extended format: a letter, an address and a size a line.
  case xdin
  /// ChampSim's `input_instr` records.
  case champsim
  /// ChampSim's `cloudsuite_instr` records.
  case champsimCloudsuite = "champsim-cloudsuite"
  /// Output of pinatrace, an example that comes with Intel's Pin.
  case pinatrace
  /// Traces of the first Championship Value Prediction.
  case cvp
  /// Trace files of DynamoRIO's drmemtrace.
  case drmemtrace
  /// gem5's packet traces.
  case gem5
  /// Traces of Sniper: its instruction trace format, SIFT.
  case sift
  /// Our own readable lines: see Importing.docc/TextFormat.md.
  case text
  /// Our own table of comma-separated values.
  case csv

  var importer: any TraceImporter.Type {
    switch self {
    case .lackey: LackeyImporter.self
    case .din: DinImporter.self
    case .xdin: XdinImporter.self
    case .champsim: ChampSimImporter.self
    case .champsimCloudsuite: CloudSuiteImporter.self
    case .pinatrace: PinatraceImporter.self
    case .cvp: CVPImporter.self
    case .drmemtrace: DrmemtraceImporter.self
    case .gem5: Gem5Importer.self
    case .sift: SIFTImporter.self
    case .text: TextImporter.self
    case .csv: CSVImporter.self
    }
  }

  /// Whether the format is of records in bytes, and not of lines of text.
  public var isBinary: Bool { importer.isBinary }

  /// Which of the memories the addresses of this format belong to.
  public var addressKind: TraceHeader.AddressKind { importer.addressKind }

  /// Whether an input that starts with these bytes is of this format. No text has a byte 0, and so none is taken for
  /// the text that the first bytes of binary records may happen to spell.
  public func recognises(_ start: [UInt8]) -> Bool {
    (isBinary || !start.contains(0)) && importer.recognises(start)
  }

  /// The names, for messages.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// How many bytes are looked at to recognise a format.
  static let sniffed = 4096

  /// The format of an input, by its content; the input is not consumed.
  public init(recognising input: ByteInput) throws(ImportError) {
    let start = try input.peek(Self.sniffed)
    if start.isEmpty { throw .empty(file: input.name) }
    let matching = Self.allCases.filter { $0.recognises(start) }
    guard matching.count == 1 else {
      if let histogram = HistogramFormat(recognising: start) {
        throw .noTrace(file: input.name, holds: histogram.contents)
      }
      throw .unknownFormat(file: input.name)
    }
    self = matching[0]
  }

  public func makeImporter(_ input: ByteInput) -> any TraceImporter { importer.init(input) }

  /// What reads the parts of one trace; never empty.
  public func makeImporter(_ inputs: [ByteInput]) throws(ImportError) -> any TraceImporter {
    if inputs.count == 1 { return makeImporter(inputs[0]) }
    guard let importer = importer.together(inputs) else {
      throw .partsOfOtherTraces(format: rawValue, second: inputs[1].name)
    }
    return importer
  }

  /// The format of the parts of one trace, by their content; never empty.
  public init(recognising inputs: [ByteInput]) throws(ImportError) {
    self = try Self(recognising: inputs[0])
    for input in inputs.dropFirst() {
      let other = try Self(recognising: input)
      guard other == self else {
        throw .partOfOtherFormat(file: input.name, format: other.rawValue, first: rawValue)
      }
    }
  }
}

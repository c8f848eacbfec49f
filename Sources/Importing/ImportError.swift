/// What can go wrong between a foreign trace and ours; each case says where, what and what to do about it.
public enum ImportError: Error, Hashable, Sendable {
  /// The input cannot be opened or read; the reason is the system's.
  case unreadable(file: String, reason: String)
  case isDirectory(file: String)
  case empty(file: String)
  /// None of the formats recognises the content.
  case unknownFormat(file: String)
  /// The input is one of our own traces, which needs no import.
  case alreadyATrace(file: String)
  /// The input is recognised, and is no stream of accesses; `holds` says what it is.
  case noTrace(file: String, holds: String)
  /// Several inputs of a format that does not tell how they go together.
  case partsOfOtherTraces(format: String, second: String)
  /// Inputs that are to be one trace are of different formats.
  case partOfOtherFormat(file: String, format: String, first: String)
  /// A folder that has no file of a trace in it.
  case noTraceInFolder(String)
  /// None of the formats that are counted by page recognises the content.
  case noHistogram(file: String)
  /// No line is of the format named; the other is one that the input has lines of.
  case nothingOfFormat(file: String, HistogramFormat, other: HistogramFormat?)
  /// More different pages than a histogram counts.
  case tooManyPages(at: Place, limit: Int)
  /// A line that the format does not allow.
  case malformed(at: Place, expected: String, found: String)
  /// The last line has no end: the input was cut short, and what the line said cannot be trusted.
  case cutShort(at: Place)
  /// A binary record that the format does not allow.
  case malformedRecord(at: RecordPlace, expected: String, found: String)
  /// The input ends within a binary record.
  case recordCutShort(at: RecordPlace)
  /// A line longer than any legal one. In bytes.
  case lineTooLong(at: Place, limit: Int)
  /// A program that is needed is not installed.
  case programMissing(program: String, package: String, purpose: String)
  /// A part of a packed input that its packing does not allow; the place is in the packed bytes, and records are the
  /// packing's own parts.
  case malformedPacking(at: RecordPlace, packing: String, expected: String)
  /// The program that unpacks the input gave up.
  case unpackingFailed(file: String, program: String, outcome: String)

  /// A place in a text: the line counted from 1, the byte from 0, both in what is left after unpacking.
  public struct Place: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: UInt64
    public var byte: UInt64

    public init(file: String, line: UInt64, byte: UInt64) {
      self.file = file
      self.line = line
      self.byte = byte
    }

    public var description: String { "\(file): line \(line), byte \(byte)" }
  }

  /// A place in binary records: the record counted from 1, the byte from 0, both in what is left after unpacking
  /// unless it is said to be within the packing.
  public struct RecordPlace: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var record: UInt64
    public var byte: UInt64

    public init(file: String, record: UInt64, byte: UInt64) {
      self.file = file
      self.record = record
      self.byte = byte
    }

    public var description: String { "\(file): record \(record), byte \(byte)" }
  }
}

extension ImportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .isDirectory(let file):
      "\(file): is a directory; name a file, or - for standard input"
    case .empty(let file):
      "\(file): is empty; nothing to import"
    case .unknownFormat(let file):
      "\(file): unknown format; known by their content are \(ImportFormat.list), the binary ones where they are long "
        + "enough to tell; name one with --format"
    case .alreadyATrace(let file):
      "\(file): is a Pagewalk trace already; it needs no import"
    case .noTrace(let file, let holds):
      "\(file): holds \(holds), which is no trace of accesses and cannot be replayed; pagewalk histogram counts it by page"
    case .partsOfOtherTraces(let format, let second):
      "\(second): is one file too many: only drmemtrace tells how the files of a trace go together; import each file of "
        + "\(format) by itself, and make one trace of them by pagewalk merge"
    case .partOfOtherFormat(let file, let format, let first):
      "\(file): is \(format), and the files before it are \(first); name the files of one trace"
    case .noTraceInFolder(let folder):
      "\(folder): is a folder without files of drmemtrace's, whose names have .trace or .memtrace in them; name files"
    case .noHistogram(let file):
      "\(file): unknown to a histogram, which reads \(HistogramFormat.list); name one with --format"
    case .nothingOfFormat(let file, let format, let other):
      "\(file): has no \(format.contents)"
        + (other.map { ", and looks like \($0.contents); name that by --format \($0.rawValue), or none" }
          ?? "; name another format with --format, of \(HistogramFormat.list)")
    case .tooManyPages(let place, let limit):
      "\(place): more than \(limit) different pages; split the input, or choose larger pages with --page"
    case .malformed(let place, let expected, let found):
      "\(place): expected \(expected), found \(found)"
    case .malformedRecord(let place, let expected, let found):
      "\(place): expected \(expected), found \(found); is --format right?"
    case .recordCutShort(let place):
      "\(place): the input ends within this record: it was cut short, or is of another format"
    case .cutShort(let place):
      "\(place): the last line has no end, so the input was cut short; if the line is whole, end it with a newline"
    case .lineTooLong(let place, let limit):
      "\(place): the line is longer than \(limit) bytes"
    case .programMissing(let program, let package, let purpose):
      "\(program) is needed to \(purpose), and is not installed; try: apt-get install \(package)"
    case .malformedPacking(let place, let packing, let expected):
      "\(place) of the packed bytes: expected \(expected); as \(packing), it is damaged, or of a kind that is not read"
    case .unpackingFailed(let file, let program, let outcome):
      "\(file): damaged or cut short: \(program) \(outcome)"
    }
  }
}

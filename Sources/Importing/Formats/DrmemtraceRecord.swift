import Addressing

/// One record of a drmemtrace file: a type (2 bytes), a size (2) and a value (8), all lowest byte first.
///
/// Source of every number: `clients/drcachesim/common/trace_entry.h` of DynamoRIO at 05e316505beb [V]. Files of
/// 32-bit programs have values of 4 bytes; those are not read.
struct DrmemtraceRecord {
  static let length = 12
  /// The newest version of the format that is known.
  static let newestVersion: UInt64 = 7

  var type: UInt16
  var size: UInt16
  var value: UInt64

  @inline(__always) init(_ bytes: [UInt8], at start: Int) {
    // The type and the size are the first of 8 bytes that overlap with the value.
    let head = bytes.word(at: start)
    type = UInt16(truncatingIfNeeded: head)
    size = UInt16(truncatingIfNeeded: head >> 16)
    value = bytes.word(at: start + 4)
  }

  init(_ kind: Kind, size: UInt16 = 0, value: UInt64 = 0) {
    type = kind.rawValue
    self.size = size
    self.value = value
  }

  init(_ marker: Marker, _ value: UInt64) { self.init(.marker, size: marker.rawValue, value: value) }

  func write(to output: inout [UInt8]) {
    for shift in [0, 8] as [UInt16] { output.append(UInt8(truncatingIfNeeded: type >> shift)) }
    for shift in [0, 8] as [UInt16] { output.append(UInt8(truncatingIfNeeded: size >> shift)) }
    withUnsafeBytes(of: value.littleEndian) { output.append(contentsOf: $0) }
  }

  /// What a record is; the raw value is the type by which it is written.
  enum Kind: UInt16 {
    case load = 0
    case store = 1
    /// A prefetch by an instruction or by the machine.
    case prefetch = 2
    /// An instruction, of one of several kinds that follow from its type; where its size is 0, only its address.
    case fetch = 10
    /// Up to 8 instructions behind the one before; the bytes of the value are their sizes.
    case bundle = 17
    case flush = 18
    /// The number of the thread whose records follow.
    case thread = 22
    case threadExit = 23
    /// The number of the process of the current thread.
    case process = 24
    /// The start of a file, with its version. Files that were joined have it in the middle too, and the footer.
    case header = 25
    case footer = 26
    /// Anything else to know; the size is its ``DrmemtraceRecord/Marker``.
    case marker = 28
    /// An instruction that goes on, as a repeated string instruction does: nothing is fetched.
    case unfetched = 29
    /// An instruction that is fetched unless it is the one before.
    case repeatable = 30
    /// Bytes of the instruction that follows.
    case encoding = 47

    @inline(__always) init?(type: UInt16) {
      switch type {
      case 0: self = .load
      case 1: self = .store
      case 2...9, 27, 32...46: self = .prefetch
      case 10...16, 31, 48, 49: self = .fetch
      case 17: self = .bundle
      case 18...21: self = .flush
      case 22: self = .thread
      case 23: self = .threadExit
      case 24: self = .process
      case 25: self = .header
      case 26: self = .footer
      case 28: self = .marker
      case 29: self = .unfetched
      case 30: self = .repeatable
      case 47: self = .encoding
      default: return nil
      }
    }
  }

  /// The markers that are used; there are more.
  enum Marker: UInt16 {
    /// In microseconds since 1601.
    case timestamp = 2
    /// The processor that the thread runs on; all ones where it is unknown.
    case processor = 3
    case fileType = 9
    /// In bytes.
    case cacheLineSize = 10
    case version = 12
    /// The number of the stretch being recorded; others may have passed unrecorded.
    case window = 14
    /// The physical address of the page that the next ``virtualAddress`` names.
    case physicalAddress = 15
    case virtualAddress = 17
    /// In bytes.
    case pageSize = 18
  }

  /// Bits of a file's type.
  enum FileType {
    static let aarch64: UInt64 = 0x8
    static let x86: UInt64 = 0x40
    /// Instructions, or loads and stores, that hit a small cache were left out.
    static let filteredInstructions: UInt64 = 0x80
    static let filteredData: UInt64 = 0x100
    /// The file is of a core on which threads take turns, and not of a thread.
    static let oneCore: UInt64 = 0x10000
    static let wholeSystem: UInt64 = 0x40000
  }
}

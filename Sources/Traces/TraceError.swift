public import Addressing

/// What went wrong with a trace, and where.
public struct TraceError: Error, Hashable, Sendable {
  /// The kind of fault. Texts name what is wrong, in words that complete "the trace is at fault because".
  public enum Problem: Error, Hashable {
    /// The operating system refused: the operation and its `errno`.
    case system(operation: String, code: Int32)
    /// Nothing at all to read.
    case emptyFile
    /// The first bytes are not those of a trace.
    case notATrace
    /// The file ends before its footer.
    case cutShort
    /// What stands behind a footer is not even the start of a segment.
    case foreignEnd
    /// A checksum or a constant byte is wrong.
    case damaged(String)
    /// Checksums are right, but what they protect breaks a law of the format.
    case illegal(String)
    /// Written by a later, incompatible version.
    case unsupportedVersion(UInt8)
    /// Needs something that this version does not know.
    case unknownFeature(String)
    /// A size above what the format allows.
    case overLimit(String, value: UInt64, limit: UInt64)
    /// An address given to the writer that is not the sign extension of 57 bits.
    case notCanonical(VirtualAddress)
    /// An access given to the writer that is larger than ``Access/maximumSize``.
    case accessTooLarge(UInt16)
    /// A value given to the writer that the format cannot hold.
    case notRepresentable(String)
  }

  public var problem: Problem
  /// The name of the file, `-` for a pipe.
  public var file: String
  /// The number of the block in its segment, where there is one.
  public var block: UInt32?
  /// The position in the file of the member at fault. In bytes.
  public var offset: UInt64?

  public init(_ problem: Problem, file: String, block: UInt32? = nil, offset: UInt64? = nil) {
    self.problem = problem
    self.file = file
    self.block = block
    self.offset = offset
  }
}

extension TraceError: CustomStringConvertible {
  /// One line: file, block, byte, what is wrong and what to do.
  public var description: String {
    var place = file
    if let block { place += ": block \(block)" }
    if let offset { place += block == nil ? ": at byte \(offset)" : " at byte \(offset)" }
    return place + ": " + problem.description
  }
}

extension TraceError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let operation, let code): "cannot \(operation): \(systemMessage(code))"
    case .emptyFile: "empty file, not a trace"
    case .notATrace: "not a Pagewalk trace; foreign formats are read by 'import'"
    case .cutShort: "cut short: the file ends before its footer"
    case .foreignEnd: "whole up to here, but what stands behind its end is no trace: cut it off"
    case .damaged(let what): "damaged: \(what)"
    case .illegal(let what): "not a legal trace: \(what)"
    case .unsupportedVersion(let version):
      "format version \(version) is not known here (this is version \(TraceFormat.majorVersion)); use a newer Pagewalk"
    case .unknownFeature(let what): "needs \(what), which this version does not know; use a newer Pagewalk"
    case .overLimit(let what, let value, let limit):
      "\(what) is \(value), above the format's limit of \(limit)"
    case .notCanonical(let address): "address \(address) is not canonical (57 bits, sign-extended)"
    case .accessTooLarge(let size):
      "access of \(size) bytes, above the limit of \(Access.maximumSize); split it before writing"
    case .notRepresentable(let what): "the trace format cannot hold \(what)"
    }
  }
}

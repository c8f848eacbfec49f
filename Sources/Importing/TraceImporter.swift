public import Traces

/// Reads one foreign format. To add one: a type of its own in a file of its own, and its line in ``ImportFormat``.
public protocol TraceImporter {
  /// Whether an input that starts with these bytes is of this format. Each format must refuse every other's.
  static func recognises(_ start: [UInt8]) -> Bool

  /// Whether the format is not of lines of text.
  static var isBinary: Bool { get }

  /// Which of the memories the addresses belong to: virtual, where the format does not say otherwise.
  static var addressKind: TraceHeader.AddressKind { get }

  init(_ input: ByteInput)

  /// What reads several inputs as the one trace that they are parts of, a thread or a core each; nil where the format
  /// does not tell how they go together.
  static func together(_ inputs: [ByteInput]) -> (any TraceImporter)?

  /// Appends records and events to `block` until it is full or the input ends; false when nothing was left.
  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool

  /// What the reader of the result should know: what was left out, and why. Complete at the end of the input.
  var remarks: [String] { get }
}

extension TraceImporter {
  public static func together(_ inputs: [ByteInput]) -> (any TraceImporter)? { nil }
  public static var isBinary: Bool { false }
  public static var addressKind: TraceHeader.AddressKind { .virtual }

  /// Hands everything within the window on, block by block, and reads no further than the window needs.
  public mutating func deliver(_ window: inout RecordWindow, to receive: (RecordBlock) throws -> Void) throws
  {
    var block = RecordBlock()
    while !window.isComplete, try next(into: &block) {
      let kept = window.take(block)
      if !kept.isEmpty { try receive(kept) }
      block.removeAll()
    }
  }
}

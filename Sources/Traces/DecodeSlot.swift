public import Addressing

/// A place in which one block of a batch is decoded. Its storage is used again when nobody has the block any more.
public struct DecodeSlot {
  private let decoder = BlockDecoder()
  private var runs: [RunStreams: RunBlock] = [:]
  private var encoded: EncodedBlock?
  private var breaks: [UInt32] = []
  public private(set) var failure: TraceError?

  public init() {}

  /// Gives the slot a block to decode, in the streams that lanes ask for.
  public mutating func assign(_ block: EncodedBlock, breaks: [UInt32] = []) {
    encoded = block
    self.breaks = breaks
  }

  /// Decodes the block; where that fails, ``failure`` says why.
  public mutating func decode(_ streams: [RunStreams]) {
    guard let encoded else { return }
    do throws(TraceError) {
      for stream in streams {
        var block = runs.removeValue(forKey: stream) ?? RunBlock()
        try decoder.decodeRuns(encoded, streams: stream, breaks: breaks, into: &block)
        runs[stream] = block
      }
    } catch {
      failure = error
    }
    self.encoded = nil
  }

  /// The block decoded last.
  public func block(_ stream: RunStreams) -> RunBlock { runs[stream] ?? RunBlock() }
}

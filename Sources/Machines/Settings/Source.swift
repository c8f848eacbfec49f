public import Results

/// Where a number comes from, and how well that bears it out.
public struct Source: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  public let mark: EvidenceMark

  public init(_ text: String, _ mark: EvidenceMark) {
    self.text = text
    self.mark = mark
  }

  public var description: String { "\(text) [\(mark.rawValue)]" }
}

extension TraceSummary {
  /// The digest of a file of one or more segments, as text: that of its one segment, else SHA-256 of all their
  /// digests in order.
  public static func digestText(of segments: [TraceSummary]) -> String {
    if segments.count == 1 { return segments[0].digestText }
    return "sha256:" + SHA256.hexadecimal(SHA256.hash(segments.flatMap(\.digest)))
  }
}

/// What was wrong within a line, before it is known where the line stands.
struct Malformed: Error {
  /// The position in the buffer.
  var index: Int
  var expected: String
}

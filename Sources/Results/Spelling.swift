/// Finds what someone meant who wrote an unknown name.
public enum Spelling {
  /// The candidate nearest to `name`, the first of equals; nil where none is near: at most a third of the
  /// letters, and at least one, may have to change.
  public static func nearest(to name: String, among candidates: [String]) -> String? {
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(Array(name.lowercased()), Array(candidate.lowercased()))
      let limit = max(1, max(name.count, candidate.count) / 3)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// Levenshtein's distance, in which two neighbours exchanged count once too: insertions, deletions, replacements and
  /// exchanges.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var (before, row) = ([Int](), Array(0...b.count))
    for (i, x) in a.enumerated() {
      var next = [i + 1]
      for (j, y) in b.enumerated() {
        var least = min(row[j] + (x == y ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, x == b[j - 1], y == a[i - 1] { least = min(least, before[j - 1] + 1) }
        next.append(least)
      }
      (before, row) = (row, next)
    }
    return row[b.count]
  }
}

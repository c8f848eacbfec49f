/// Finds traces by what they hold.
struct TraceFinder {
  /// Paths that were given: what is wrong with one is an error.
  let given: [String]
  /// Paths at which traces were once.
  let known: [String]
  /// Where files of the right name may lie, each empty or ending with a slash.
  let folders: [String]

  /// The file that holds the trace of a digest.
  func path(name: String, digest: String) throws -> String {
    for path in given where try ReplayTrace(path).identity.digest == digest { return path }
    for path in known + folders.map({ $0 + name }) where InputFile.isRegular(path) {
      if let trace = try? ReplayTrace(path), trace.identity.digest == digest { return path }
    }
    throw CommandFailure(
      .noInput, "\(name): no trace of this name and digest \(digest): say where with --trace FILE")
  }
}

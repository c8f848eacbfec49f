import Synchronization

/// The digest of the files that a trace is imported from, worked out once, by the first thread that asks: for large
/// records it takes as long as reading them.
public final class SourceDigest: Sendable {
  private let paths: [String]
  private let result = Mutex<Result<String?, ImportError>?>(nil)

  public init(of paths: [String]) { self.paths = paths }

  /// What ``ByteInput/digest(of:)`` gives; waits until it is known.
  public func text() throws(ImportError) -> String? {
    try result.withLock { result in
      let known = result ?? Result { () throws(ImportError) in try ByteInput.digest(of: paths) }
      result = known
      return known
    }.get()
  }
}

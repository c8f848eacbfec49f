import Dispatch
import Synchronization

/// The digest of the files that a trace is imported from, worked out on another thread while they are read: for large
/// records it takes as long as reading them.
public final class SourceDigest: Sendable {
  private let paths: [String]
  private let result = Mutex<Result<String?, ImportError>?>(nil)

  /// Begins to read the files.
  public init(of paths: [String]) {
    self.paths = paths
    DispatchQueue.global().async { self.finish() }
  }

  /// What ``ByteInput/digest(of:)`` gives; waits until it is known.
  public func text() throws(ImportError) -> String? { try finish().get() }

  /// Whoever comes first does the work.
  @discardableResult
  private func finish() -> Result<String?, ImportError> {
    result.withLock { result in
      let known = result ?? Result { () throws(ImportError) in try ByteInput.digest(of: paths) }
      result = known
      return known
    }
  }
}

import Dispatch
import Synchronization

/// The digest of the file that a trace is imported from, worked out on another thread while the file is read: for large
/// records it takes as long as reading them.
public final class SourceDigest: Sendable {
  private let path: String
  private let result = Mutex<Result<String?, ImportError>?>(nil)

  /// Begins to read the file.
  public init(of path: String) {
    self.path = path
    DispatchQueue.global().async { self.finish() }
  }

  /// What ``ByteInput/digest(of:)`` gives; waits until it is known.
  public func text() throws(ImportError) -> String? { try finish().get() }

  /// Whoever comes first does the work.
  @discardableResult
  private func finish() -> Result<String?, ImportError> {
    result.withLock { result in
      let known = result ?? Result { () throws(ImportError) in try ByteInput.digest(of: path) }
      result = known
      return known
    }
  }
}

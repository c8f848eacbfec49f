public import Synchronization

/// State that one worker at a time works on. The lock is never contended: tasks of a round touch different states.
public final class Confined<Value>: Sendable {
  @usableFromInline let value: Mutex<Value>

  @inlinable public init(_ value: consuming sending Value) { self.value = Mutex(value) }

  /// Works on the state.
  @inlinable public func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    value.withLock { body(&$0) }
  }
}

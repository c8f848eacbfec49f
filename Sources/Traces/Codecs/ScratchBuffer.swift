/// Memory that a decoder keeps from block to block and grows where a block needs more: the hot files read and
/// write it through its pointer, within `capacity`.
final class ScratchBuffer<Element> {
  private(set) var pointer: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  /// `Element` is a trivial type, so that its memory needs no initialisation or release.
  init(capacity: Int = 0) {
    self.capacity = max(capacity, 1)
    pointer = .allocate(capacity: self.capacity)
  }

  deinit { pointer.deallocate() }

  /// Makes room for `count` elements; the contents are lost where it grows.
  func reserve(_ count: Int) {
    if count <= capacity { return }
    pointer.deallocate()
    capacity = max(count, capacity + capacity / 2)
    pointer = .allocate(capacity: capacity)
  }
}

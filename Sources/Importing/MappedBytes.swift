import Glibc

/// Hands out the bytes of an open file where the kernel keeps them, a stretch at a time. To hash a file of 304 MB so takes
/// 0.17 s where a copy of each stretch made it 0.21.
///
/// A file that another program shortens while a stretch is looked at ends the process by SIGBUS.
enum MappedBytes {
  /// Of one stretch. Shorter ones cost more calls, 256 KiB as much as the copies.
  private static let stretch = 1 << 21

  /// Visits the first `count` bytes in order, and returns how many it visited: fewer where the kernel cannot map or
  /// read the rest, which is then to be read, for the reason or for what is there.
  static func forEachStretch(of descriptor: Int32, count: Int, _ visit: (RawSpan) -> Void) -> Int {
    var position = 0
    while position < count {
      let length = min(stretch, count - position)
      guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, position), start != MAP_FAILED
      else { break }
      defer { munmap(start, length) }
      // All pages are there before any is looked at: what cannot be read is an error here, and a signal there.
      guard madvise(start, length, MADV_POPULATE_READ) == 0 else { break }
      visit(UnsafeRawBufferPointer(start: start, count: length).bytes)
      position += length
    }
    return position
  }
}

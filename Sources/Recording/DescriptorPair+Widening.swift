import Glibc
import Importing

extension DescriptorPair {
  /// Makes a pipe 1 MiB wide, which lets the two processes run apart for longer; failure does no harm. F_SETPIPE_SZ
  /// of fcntl(2) is not among the constants that Swift sees.
  func widen() { _ = fcntl(writing, 1031, 1 << 20) }
}

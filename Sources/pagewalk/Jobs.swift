import Glibc

/// How many workers a command starts unless told.
enum Jobs {
  /// One for each core of this computer.
  static var ofMachine: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

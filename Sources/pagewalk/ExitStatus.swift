/// What the process tells its caller. The numbers are part of the interface.
enum ExitStatus: Int32 {
  case success = 0
  /// The run failed for a reason of its own: a recorded command, a missing tool.
  case failed = 1
  /// The command line is wrong.
  case usage = 2
  /// The input is corrupt, cut short, of an unknown version or not what it should be.
  case badData = 3
  /// A machine, strategy, cost or filter is wrong.
  case badConfiguration = 4
  /// Part of the work was done.
  case partial = 5
  /// A limit was met: memory, disk, permission to write.
  case cannotWrite = 6
  /// The input does not exist or may not be read.
  case noInput = 66
}

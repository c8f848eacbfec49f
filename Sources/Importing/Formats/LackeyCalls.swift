import Addressing

/// Follows the system calls of a lackey log: matches results to calls and turns them into events.
struct LackeyCalls {
  /// The process that is recorded: the one that makes the first call.
  private var process: UInt64?
  /// The call begun last, while its result is still to come on a line of its own.
  private var open: LackeyCall?
  /// Calls whose results come later, at most one a thread.
  private var pending: [UInt64: LackeyCall] = [:]
  private var programBreak: UInt64?
  private var headers = 0
  private var leftOut: UInt64 = 0
  private var children: UInt64 = 0
  /// Whether the log ended because the program replaced itself by another.
  private(set) var wasReplaced = false

  /// What was left out or may be missing.
  var remarks: [String] {
    var result: [String] = []
    if leftOut > 0 {
      result.append(
        "\(leftOut.counting("system call of a forked child was", "system calls of forked children were")) left out; their accesses cannot be told apart unless "
          + "the log was recorded with --child-silent-after-fork=yes")
    } else if children > 0 {
      result.append(
        "\(children.counting("child process was", "child processes were")) left out: record what ran there "
          + "by itself")
    }
    let unfinished = ([open].compactMap(\.self) + pending.values).filter(\.changesMemory)
    if !unfinished.isEmpty {
      result.append(
        "\(unfinished.count.counting("system call has", "system calls have")) no result: the log was cut short or its program ended"
      )
    }
    if wasReplaced {
      result.append(
        "the program replaced itself by another (execve), which was not recorded: record that one itself")
    }
    return result
  }

  /// Whether the unfinished last line of a log is a call that replaces the program by another.
  mutating func noteReplacement(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
    var at = line.lowerBound
    let end = line.upperBound
    guard bytes.skip("SYSCALL[", &at, end), let owner = bytes.decimal(&at, end), owner == process ?? owner
    else {
      return false
    }
    while at < end, bytes[at] != 0x20 { at += 1 }
    wasReplaced = bytes.matches(" sys_execve", at, end) && bytes[end - 1] == 0x29
    return wasReplaced
  }

  /// Notes one of valgrind's messages; true where it tells that the program was replaced by another (`execve`).
  mutating func noteMessage(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    var at = start
    while at < end, bytes[at] != 0x20 { at += 1 }
    guard bytes.matches(" Lackey, an example Valgrind tool", at, end) else { return false }
    headers += 1
    return headers > 1
  }

  /// Reads a call or a result of one, from `SYSCALL[` or ` --> ` on; the event it gives, if any.
  mutating func read(_ bytes: [UInt8], _ at: inout Int, _ end: Int) throws(Malformed) -> Event? {
    if bytes.skip(" --> ", &at, end) {
      let call = open
      open = nil
      return try finish(call, bytes, &at, end)
    }
    _ = bytes.skip("SYSCALL[", &at, end)
    guard let owner = bytes.decimal(&at, end), bytes.skip(",", &at, end),
      let thread = bytes.decimal(&at, end), bytes.skip("](", &at, end),
      let number = bytes.decimal(&at, end), bytes.skip(") ", &at, end)
    else { throw Malformed(index: at, expected: "SYSCALL[process,thread](number)") }
    let isOurs = owner == process ?? owner
    if process == nil { process = owner }
    if !isOurs { leftOut += 1 }

    if bytes.skip("... [async] --> ", &at, end) {
      return try finish(isOurs ? pending.removeValue(forKey: thread) : nil, bytes, &at, end)
    }
    var call = LackeyCall(number: number, thread: thread)
    call.readNameAndArguments(bytes, &at, end)
    _ = bytes.skip("[sync]", &at, end)
    if bytes.skip(" --> ", &at, end) { return try finish(isOurs ? call : nil, bytes, &at, end) }
    if isOurs { open = call }
    at = end
    return nil
  }

  /// Reads a result: `[pre-success] Success(0x…)`, `Failure(0x…)`, `[async] ...`, `NoWriteResult` and so on.
  private mutating func finish(
    _ call: LackeyCall?, _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) throws(Malformed) -> Event? {
    if bytes.skip("[async] ...", &at, end) {
      if let call { pending[call.thread] = call }
      return nil
    }
    _ = bytes.skip("[pre-success] ", &at, end) || bytes.skip("[pre-fail] ", &at, end)
    if bytes.skip("NoWriteResult", &at, end) { return nil }
    let succeeded = bytes.skip("Success(0x", &at, end)
    guard succeeded || bytes.skip("Failure(0x", &at, end) else {
      throw Malformed(index: at, expected: "Success(0x…) or Failure(0x…)")
    }
    guard let result = bytes.hexadecimal(&at, end), bytes.skip(")", &at, end) else {
      throw Malformed(index: at, expected: "a result in hexadecimal and \")\"")
    }
    guard succeeded, let call, let event = call.event(result: result) else { return nil }
    if case .clone = event, call.startsProcess { children += 1 }
    if case .programBreak(let address) = event {
      if address.rawValue == programBreak { return nil }
      programBreak = address.rawValue
    }
    return event
  }
}

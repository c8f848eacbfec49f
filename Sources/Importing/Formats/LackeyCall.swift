import Addressing

/// One system call as lackey writes it. Calls are known by name, which is the same on every processor.
struct LackeyCall {
  let number: UInt64
  let thread: UInt64
  private var name = ""
  private var arguments: [UInt64] = []

  init(number: UInt64, thread: UInt64) {
    self.number = number
    self.thread = thread
  }

  private static let memoryCalls: [String: MemoryCall] = [
    "sys_mmap": .map, "sys_mmap2": .map, "sys_munmap": .unmap, "sys_mprotect": .protect, "sys_mremap": .remap,
    "sys_brk": .setBreak, "sys_madvise": .advise,
  ]

  /// The number of arguments without which a call that makes or ends a process or a thread has no meaning here.
  private static let argumentCounts = [
    "sys_clone": 1, "sys_fork": 0, "sys_vfork": 0, "exit": 0, "exit_group": 0,
  ]

  /// Nil for calls that change no mapping.
  private var argumentCount: Int? { Self.memoryCalls[name]?.argumentCount ?? Self.argumentCounts[name] }

  var changesMemory: Bool { argumentCount != nil }

  /// Reads `name ( argument, … )` and stops behind the closing parenthesis. Arguments may quote file names, which
  /// may hold anything; where parentheses do not pair, stops before the last result on the line.
  mutating func readNameAndArguments(_ bytes: [UInt8], _ at: inout Int, _ end: Int) {
    let start = at
    while at < end, bytes[at] != 0x28 { at += 1 }
    var nameEnd = at
    while nameEnd > start, bytes[nameEnd - 1] == 0x20 { nameEnd -= 1 }
    name = bytes.text(start..<nameEnd)
    if changesMemory { readNumbers(bytes, at + 1, end) }

    var depth = 0
    while at < end {
      if bytes[at] == 0x28 { depth += 1 }
      if bytes[at] == 0x29 { depth -= 1 }
      at += 1
      if depth == 0 { return }
    }
    while at > start, !bytes.matches(" --> ", at, end) { at -= 1 }
    if at == start { at = end }
  }

  /// Arguments in hexadecimal after `0x`, else in decimal; the flags of `clone` in hexadecimal without a prefix.
  private mutating func readNumbers(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    var at = start
    if name == "sys_clone" {
      bytes.skipBlanks(&at, end)
      arguments = bytes.hexadecimal(&at, end).map { [$0] } ?? []
      return
    }
    while at < end, bytes[at] != 0x29 {
      bytes.skipBlanks(&at, end)
      guard let number = bytes.number(&at, end) else { return }
      arguments.append(number)
      bytes.skipBlanks(&at, end)
      _ = bytes.skip(",", &at, end)
    }
  }

  /// What the successful call did to the address space, or nil where that is nothing or cannot be said.
  func event(result: UInt64) -> Event? {
    guard let needed = argumentCount, arguments.count >= needed else { return nil }
    if let call = Self.memoryCalls[name] { return call.event(arguments, result: result) }
    switch name {
    case "sys_clone":
      // CLONE_VM; a vfork shares memory too, until the child runs another program.
      return .clone(child: UInt32(truncatingIfNeeded: result), sharesMemory: arguments[0] & 0x100 != 0)
    case "sys_fork", "sys_vfork":
      // Valgrind writes the name of fork for vfork, number 58 on x86-64 [M].
      return .clone(
        child: UInt32(truncatingIfNeeded: result), sharesMemory: name == "sys_vfork" || number == 58)
    case "exit":
      return .exit(wholeProcess: false)
    default:
      return .exit(wholeProcess: true)
    }
  }

  /// Whether what it makes, where it makes a child, is a process and no thread of the caller's (CLONE_THREAD).
  var startsProcess: Bool { name != "sys_clone" || (arguments.first ?? 0) & 0x10000 == 0 }
}

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

  /// The number of arguments without which a call has no meaning here, by name; other calls change no mapping.
  private static let argumentCounts = [
    "sys_mmap": 4, "sys_mmap2": 4, "sys_munmap": 2, "sys_mprotect": 3, "sys_mremap": 3, "sys_brk": 1,
    "sys_madvise": 3, "sys_clone": 1, "sys_fork": 0, "sys_vfork": 0, "exit": 0, "exit_group": 0,
  ]

  var changesMemory: Bool { Self.argumentCounts[name] != nil }

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
    guard let needed = Self.argumentCounts[name], arguments.count >= needed else { return nil }
    switch name {
    case "sys_mmap", "sys_mmap2":
      return .map(
        VirtualAddress(result), length: pages(arguments[1]), protection(arguments[2]),
        mappingKind(arguments[3]))
    case "sys_munmap":
      return .unmap(VirtualAddress(arguments[0]), length: pages(arguments[1]))
    case "sys_mprotect":
      return .protect(VirtualAddress(arguments[0]), length: pages(arguments[1]), protection(arguments[2]))
    case "sys_mremap":
      return .remap(
        VirtualAddress(arguments[0]), oldLength: pages(arguments[1]), to: VirtualAddress(result),
        newLength: pages(arguments[2]))
    case "sys_brk":
      return .programBreak(VirtualAddress(result))
    case "sys_madvise":
      guard let advice = advice(arguments[2]) else { return nil }
      return .advise(VirtualAddress(arguments[0]), length: pages(arguments[1]), advice)
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

  /// A length rounded up to whole pages, as the kernel does.
  private func pages(_ length: UInt64) -> UInt64 { (length &+ 4095) & ~4095 }

  /// PROT_READ, PROT_WRITE and PROT_EXEC are bits 0 to 2 (asm-generic/mman-common.h [V]).
  private func protection(_ bits: UInt64) -> Protection { Protection(rawValue: UInt8(bits & 7)) }

  /// By the flags of mmap: MAP_SHARED 1, MAP_ANONYMOUS 0x20, MAP_GROWSDOWN 0x100, MAP_STACK 0x20000,
  /// MAP_HUGETLB 0x40000 with the page's offset bits from bit 26 on, 0 meaning 2 MiB (asm-generic/mman.h [V]).
  private func mappingKind(_ flags: UInt64) -> MappingKind {
    guard flags & 0x20 != 0 else { return .file }
    if flags & 0x40000 != 0 { return (flags >> 26) & 0x3f == 30 ? .huge1G : .huge2M }
    if flags & 0x20100 != 0 { return .stack }
    return flags & 1 != 0 ? .shared : .anonymous
  }

  /// MADV_DONTNEED 4, MADV_FREE 8, MADV_REMOVE 9, MADV_HUGEPAGE 14, MADV_NOHUGEPAGE 15, MADV_DONTNEED_LOCKED 24
  /// (asm-generic/mman-common.h [V]); other advice changes no translation.
  private func advice(_ number: UInt64) -> Advice? {
    switch number {
    case 4, 9, 24: .discard
    case 8: .free
    case 14: .hugePages
    case 15: .noHugePages
    default: nil
    }
  }
}

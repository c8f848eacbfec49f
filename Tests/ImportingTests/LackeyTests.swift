import Addressing
import Importing
import Testing

/// Samples are lines of real logs (valgrind 3.19) unless said otherwise.
@Suite struct LackeyTests {
  private func events(_ log: String) throws -> [Event] {
    try imported(log + "\n", as: .lackey).items.compactMap { item in
      if case .event(let event, _) = item { event } else { nil }
    }
  }

  @Test func readsTheFourKindsOfAccess() throws {
    let log = "I  04001000,3\n S 1fff000768,8\n L 1fff000760,16\n M 0064bfd0,4\n"
    #expect(
      try imported(log).items == [
        .access(.fetch, 0x400_1000, 3), .access(.store, 0x1f_ff00_0768, 8),
        .access(.load, 0x1f_ff00_0760, 16),
        .access(.modify, 0x64_bfd0, 4),
      ])
  }

  @Test(arguments: [
    (
      "SYSCALL[1,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x483c000) ",
      Event.map(VirtualAddress(0x483_c000), length: 8192, [.read, .write], .anonymous)
    ),
    (
      "SYSCALL[1,1](9) sys_mmap ( 0x0, 33519, 1, 2, 4, 0 ) --> [pre-success] Success(0x483c000) ",
      .map(VirtualAddress(0x483_c000), length: 36864, .read, .file)
    ),
    (
      "SYSCALL[1,1](9) sys_mmap ( 0x0, 1048576, 3, 33, 4294967295, 0 ) --> [pre-success] Success(0x4a2a000) ",
      .map(VirtualAddress(0x4a2_a000), length: 1 << 20, [.read, .write], .shared)
    ),
    (
      "SYSCALL[1,1](9) sys_mmap ( 0x0, 8392704, 0, 131106, 4294967295, 0 ) --> [pre-success] Success(0x4b2a000) ",
      .map(VirtualAddress(0x4b2_a000), length: 8_392_704, [], .stack)
    ),
    (
      "SYSCALL[1,1](9) sys_mmap ( 0x0, 2097152, 3, 262178, 4294967295, 0 ) --> [pre-success] Success(0x5000000) ",
      .map(VirtualAddress(0x500_0000), length: 2 << 20, [.read, .write], .huge2M)
    ),
    (
      "SYSCALL[1,1](11) sys_munmap ( 0x483c000, 33519 )[sync] --> Success(0x0) ",
      .unmap(VirtualAddress(0x483_c000), length: 36864)
    ),
    (
      "SYSCALL[1,1](10) sys_mprotect ( 0x483c000, 4096, 5 )[sync] --> Success(0x0) ",
      .protect(VirtualAddress(0x483_c000), length: 4096, [.read, .execute])
    ),
    (
      "SYSCALL[1,1](25) sys_mremap ( 0x483c000, 8192, 65536, 0x1 ) --> [pre-success] Success(0x4900000) ",
      .remap(VirtualAddress(0x483_c000), oldLength: 8192, to: VirtualAddress(0x490_0000), newLength: 65536)
    ),
    (
      "SYSCALL[1,1](12) sys_brk ( 0x4037000 ) --> [pre-success] Success(0x4037000) ",
      .programBreak(VirtualAddress(0x403_7000))
    ),
    ("SYSCALL[1,1](60) exit( 0 ) --> [pre-success] Success(0x0) ", .exit(wholeProcess: false)),
    ("SYSCALL[1,1](231) exit_group( 0 ) --> [pre-success] Success(0x0) ", .exit(wholeProcess: true)),
    (
      "SYSCALL[1,1](56) sys_clone ( 3d0f00, 0x5329f70, 0x532a990, 0x532a990, 0x532a6c0 ) --> [pre-success] Success(0x1e1e) ",
      .clone(child: 0x1e1e, sharesMemory: true)
    ),
  ])
  func turnsACallIntoAnEvent(line: String, event: Event) throws {
    #expect(try events(line) == [event])
  }

  @Test(arguments: [
    (4, Advice.discard), (8, .free), (9, .discard), (14, .hugePages), (15, .noHugePages),
  ])
  func readsAdviceWhoseResultComesLater(number: Int, advice: Advice) throws {
    let log = """
      SYSCALL[8758,1](28) sys_madvise ( 0x4800000, 67108864, \(number) ) --> [async] ... 
      SYSCALL[8758,1](28) ... [async] --> Success(0x0) 
      """
    #expect(try events(log) == [.advise(VirtualAddress(0x480_0000), length: 64 << 20, advice)])
  }

  @Test func keepsLaterResultsOfThreadsApart() throws {
    let log = """
      SYSCALL[7,1](202) sys_futex ( 0x532a990, 265, 7710, 0x0, 0x0 ) --> [async] ... 
      SYSCALL[7,2](28) sys_madvise ( 0x532b000, 8192, 4 ) --> [async] ... 
      SYSCALL[7,3](28) sys_madvise ( 0x6377000, 4096, 4 ) --> [async] ... 
      SYSCALL[7,3](28) ... [async] --> Success(0x0) 
      SYSCALL[7,1](202) ... [async] --> Success(0x0) 
      SYSCALL[7,2](28) ... [async] --> Success(0x0) 
      """
    #expect(
      try events(log) == [
        .advise(VirtualAddress(0x637_7000), length: 4096, .discard),
        .advise(VirtualAddress(0x532_b000), length: 8192, .discard),
      ])
  }

  @Test func findsAnAccessGluedToAResult() throws {
    let log =
      "SYSCALL[4250,1](56) sys_clone ( 3d0f00, 0x1 ) --> [pre-success] Success(0x10a5) I  0494eb42,3\n"
    #expect(
      try imported(log).items == [
        .event(.clone(child: 0x10a5, sharesMemory: true)), .access(.fetch, 0x494_eb42, 3),
      ])
    let data = "SYSCALL[4250,1](24) sys_sched_yield()[sync] --> Success(0x0)  L 1fff000760,8\n"
    #expect(try imported(data).items == [.access(.load, 0x1f_ff00_0760, 8)])
  }

  @Test func findsACallGluedToAResult() throws {
    let log = """
      SYSCALL[8769,2](28) sys_madvise ( 0x532b000, 8192, 4 ) --> [async] ... 
      SYSCALL[8769,1](24) sys_sched_yield()[sync] --> Success(0x0) SYSCALL[8769,2](28) ... [async] --> Success(0x0) 
      """
    #expect(try events(log) == [.advise(VirtualAddress(0x532_b000), length: 8192, .discard)])
  }

  @Test(arguments: [
    (
      "(56) sys_clone ( 1200011, 0x0, 0x0, 0x4a27a10, 0x0 )   clone(fork): process 4250 created child 4262",
      false
    ),
    ("(58) sys_fork ( )   fork: process 4250 created child 4262", true),
    ("(57) sys_fork ( )   fork: process 4250 created child 4262", false),
    (
      "(56) sys_clone ( 4111, 0x4844ff0, 0x0, 0x0, 0x0 )   clone(fork): process 4250 created child 4262", true
    ),
  ])
  func readsTheResultOfAForkOnTheNextLine(call: String, sharesMemory: Bool) throws {
    let log = "SYSCALL[4250,1]\(call)\n --> [pre-success] Success(0x10a6) \n"
    #expect(try imported(log).items == [.event(.clone(child: 4262, sharesMemory: sharesMemory))])
  }

  @Test func readsAResultBehindAMessageOfValgrind() throws {
    let log = """
      SYSCALL[7709,1](11) sys_munmap ( 0x4000000, 65536 )==7709== Warning: client syscall munmap tried to modify addresses
       --> [pre-success] Success(0x0) 
      """
    #expect(try events(log) == [.unmap(VirtualAddress(0x400_0000), length: 65536)])
  }

  @Test(arguments: [
    "SYSCALL[1,1](11) sys_munmap ( 0x1, 4096 )[sync] --> Failure(0x16) ",
    "SYSCALL[1,1](9) sys_mmap ( 0x10000, 4096, 3, 18, 77, 0 ) --> [pre-fail] Failure(0x9) ",
    "SYSCALL[1,1](11) sys_munmap ( 0xf, 6 )==1== Warning: client syscall munmap\n --> [pre-fail] Failure(0x16) ",
    "SYSCALL[1,1](28) sys_madvise ( 0x0, 4096, 4 ) --> [async] ... \nSYSCALL[1,1](28) ... [async] --> Failure(0xc) ",
    "SYSCALL[1,1](28) sys_madvise ( 0x0, 4096, 3 )[sync] --> Success(0x0) ",
  ])
  func failedCallsAndOtherAdviceGiveNothing(log: String) throws {
    #expect(try events(log) == [])
  }

  @Test(arguments: [
    "SYSCALL[1,1](334) unimplemented (by the kernel) syscall: 334! (ni_syscall)\n --> [pre-fail] Failure(0x26) ",
    "SYSCALL[1,1](39) sys_getpid ()[sync] --> Success(0x1e1d) ",
    "SYSCALL[1,1](158) arch_prctl ( 4098, 4a27740 ) --> [pre-success] Success(0x0) ",
    "SYSCALL[1,1](15) sys_rt_sigreturn ( ) --> [pre-success] NoWriteResult",
    "SYSCALL[1,1](257) sys_openat ( 4294967196, 0x10a00e(/tmp/a b I  L (SYSCALL[1,1](9))), 0 ) --> [async] ... ",
    "SYSCALL[1,1](257) sys_openat ( 4294967196, 0x10a00e(/tmp/odd(), 0 ) --> [async] ... ",
    "SYSCALL[1,1](230) sys_clock_nanosleep( 0, 0, 0x5329e90, 0x0 ) --> [async] ... \n",
    "--7709-- warning: something\n**7709** output of a client request\n==7709== \n",
  ])
  func passesOverEverythingElse(log: String) throws {
    #expect(try imported("I  00001000,1\n" + log + "\n L 00002000,1\n").items.count == 2)
  }

  @Test func leavesTheCallsOfAForkedChildOutAndSaysSo() throws {
    let log = """
      SYSCALL[10,1](58) sys_fork ( )   fork: process 10 created child 11
      SYSCALL[11,1](11) sys_munmap ( 0x4000000, 65536 )[sync] --> Success(0x0) 
       --> [pre-success] Success(0xb) 
      """
    let result = try imported(log + "\n")
    #expect(result.items == [.event(.clone(child: 11, sharesMemory: true))])
    #expect(result.remarks.count == 1)
    #expect(result.remarks[0].contains("--child-silent-after-fork=yes"))
  }

  @Test(arguments: [
    ("SYSCALL[1,1](57) sys_fork ( ) --> [pre-success] Success(0x7) \n", 1),
    ("SYSCALL[1,1](58) sys_fork ( ) --> [pre-success] Success(0x7) \n", 1),
    // CLONE_VM and CLONE_VFORK, as posix_spawn makes a child, and then with CLONE_THREAD, which makes no process.
    ("SYSCALL[1,1](56) sys_clone ( 4111, 0x0, 0x0, 0x0, 0x0 ) --> [pre-success] Success(0x7) \n", 1),
    ("SYSCALL[1,1](56) sys_clone ( 3d0f00, 0x1, 0x2, 0x3, 0x4 ) --> [pre-success] Success(0x7) \n", 0),
    ("SYSCALL[1,1](57) sys_fork ( ) --> [pre-fail] Failure(0xb) \n", 0),
  ])
  func childProcessesThatAreLeftOutAreCounted(call: String, children: Int) throws {
    let remarks = try imported(call + call).remarks
    #expect(
      remarks == (children == 0 ? [] : ["2 child processes were left out: record what ran there by itself"]))
  }

  @Test func aProgramReplacedByAnotherHasEnded() throws {
    let header = "==5== Lackey, an example Valgrind tool\n"
    let log = header + "I  00001000,1\n" + header + "I  00002000,1\n"
    #expect(
      try imported(log).items == [
        .access(.fetch, 0x1000, 1), .event(.exit(wholeProcess: true)), .access(.fetch, 0x2000, 1),
      ])
  }

  @Test func aLogMayEndWithinTheCallThatReplacesItsProgram() throws {
    let log = "I  00001000,1\nSYSCALL[5,1](59) sys_execve ( 0x40dec60(/usr/bin/env), 0x40dee60, 0x40df020 )"
    let result = try imported(log)
    #expect(result.items == [.access(.fetch, 0x1000, 1), .event(.exit(wholeProcess: true))])
    #expect(result.remarks.count == 1)
    #expect(throws: ImportError.self) { try imported(String(log.dropLast())) }
  }

  @Test func saysWhereALineIsWrong() throws {
    #expect(
      throws: ImportError.malformed(
        at: .init(file: "sample", line: 2, byte: 14),
        expected: "an access (as \"I  04001000,3\" or \" L 1fff000760,8\")",
        found: "\"Hello, world\"")
    ) { try imported("I  04001000,3\nHello, world\nI  04001000,3\n", as: .lackey) }
  }

  @Test(arguments: [
    "I  zz,3", "I  04001000,", "I  04001000,3 ", " X 1,1", "I  04001000,5000", " L 8000000000000000,8",
    "SYSCALL[1](9)", "SYSCALL[1,1](9) sys_brk ( 0x0 ) --> Perhaps(0x1)",
    "SYSCALL[1,1](9) f() --> Success(0xg)",
  ])
  func refusesWhatIsNoLineOfALog(line: String) {
    #expect(throws: ImportError.self) { try imported("I  04001000,3\n\(line)\n", as: .lackey) }
  }
}

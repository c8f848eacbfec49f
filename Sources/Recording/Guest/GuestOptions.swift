public import Traces

/// How a guest is recorded.
public struct GuestOptions: Sendable {
  /// How Linux backs memory with 2 MiB pages by itself.
  public enum HugePages: String, CaseIterable, Sendable { case always, madvise, never }

  /// Whose accesses are kept; events always are.
  public var kept = TraceHeader.Kept.all
  /// Instructions, loads and stores after which recording ends; a modify is a load and a store.
  public var limit: UInt64?
  /// Whether two recordings are to be the same bytes: time is counted in instructions, nothing is random, and each
  /// recording boots anew, since the moment at which a guest is kept is not the same every time.
  public var isDeterministic = false
  /// Virtual processors; they take turns on one thread of the host.
  public var vcpus = 1
  /// Levels of the guest's page tables.
  public var levels = 4
  /// Megabytes of 2^20 bytes of the guest's memory.
  public var memory = 512
  public var hugePages = HugePages.madvise
  /// Further arguments of the guest's kernel.
  public var kernelArguments = ""
  /// Files of ours that the program finds in its working folder.
  public var files: [String] = []

  /// Memory beyond this lies elsewhere than at its offset in the file, where the recorder looks. In MiB.
  public static let memoryRange = 128...2048
  /// What the recorder is made for.
  public static let vcpuRange = 1...8
  /// What x86-64 has.
  public static let levelRange = 4...5

  public init() {}

  /// QEMU's arguments that make a recording.
  ///
  /// - Parameter snapshot: The guest that goes on; nil boots one.
  func recording(
    setup: GuestSetup, workplace: GuestWorkplace, descriptor: Int32, from snapshot: GuestSnapshot?
  ) -> [String] {
    var recorder = "\(setup.recorder),descriptor=\(descriptor),ram=\(workplace.memory)"
    if kept == .user { recorder += ",kernel=off" }
    if kept == .kernel { recorder += ",user=off" }
    if let limit { recorder += ",limit=\(limit)" }
    var words = booting(setup: setup, workplace: workplace)
    words += ["-chardev", "stdio,id=output,signal=off", "-plugin", recorder]
    words += ["-fw_cfg", "name=opt/pagewalk/files,file=\(workplace.files)"]
    if let snapshot {
      let seed = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      words += ["-fw_cfg", "name=opt/pagewalk/seed,string=\(seed)", "-incoming", "file:\(snapshot.path)"]
    }
    return words
  }

  /// QEMU's arguments that boot a guest which can be kept, by commands on standard input.
  func keeping(setup: GuestSetup, workplace: GuestWorkplace) -> [String] {
    booting(setup: setup, workplace: workplace) + ["-chardev", "null,id=output", "-monitor", "stdio"]
  }

  /// What both have.
  private func booting(setup: GuestSetup, workplace: GuestWorkplace) -> [String] {
    [
      "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
      "-object", "memory-backend-file,id=memory,size=\(memory)M,mem-path=\(workplace.memory),share=on",
      "-kernel", setup.kernel(levels: levels), "-initrd", workplace.archive,
      "-chardev", "file,id=console,path=\(workplace.console)", "-serial", "chardev:console",
      "-serial", "chardev:output",
    ] + machine
  }

  /// QEMU's arguments that say which machine it is, with its kernel's.
  var machine: [String] {
    // With ERMS Linux clears pages byte by byte, which is 4096 accesses instead of 512.
    let processor = "max,-erms,-fsrm,la57=\(levels == 5 ? "on" : "off")"
    let words = [
      "-accel", "tcg,thread=single", "-machine", "pc,memory-backend=memory", "-m", "\(memory)M", "-smp",
      "\(vcpus)",
      "-append", kernelCommandLine,
    ]
    guard isDeterministic else { return words + ["-cpu", processor] }
    return words + [
      "-cpu", processor + ",-rdrand,-rdseed", "-icount", "shift=1,sleep=off", "-seed", "1",
      "-rtc", "base=2024-01-01T00:00:00,clock=vm",
    ]
  }

  private var kernelCommandLine: String {
    let fixed =
      "console=ttyS0 quiet nokaslr nopti mitigations=off tsc=reliable panic=-1 reboot=t rdinit=/init"
    let fewer = levels == 5 ? "" : " no5lvl"
    let random = isDeterministic ? " norandmaps" : ""
    // Linux has a parameter of its own for huge pages, which it ignores where there is little memory; init sets them.
    return "\(fixed)\(fewer)\(random) pagewalk.thp=\(hugePages.rawValue) \(kernelArguments)"
  }
}

public import Traces

/// How a guest is recorded.
public struct GuestOptions: Sendable {
  /// How Linux backs memory with 2 MiB pages by itself.
  public enum HugePages: String, CaseIterable, Sendable { case always, madvise, never }

  /// Whose accesses are kept; events always are.
  public var kept = TraceHeader.Kept.all
  /// Instructions, loads and stores after which recording ends; a modify is a load and a store.
  public var limit: UInt64?
  /// Whether two recordings are to be the same bytes: time is counted in instructions, and nothing is random.
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

  /// QEMU's arguments.
  func arguments(
    setup: GuestSetup, workplace: GuestWorkplace, descriptor: Int32
  ) -> [String] {
    var recorder = "\(setup.recorder),descriptor=\(descriptor),ram=\(workplace.memory)"
    if kept == .user { recorder += ",kernel=off" }
    if kept == .kernel { recorder += ",user=off" }
    if let limit { recorder += ",limit=\(limit)" }
    var words = [
      "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
      "-accel", "tcg,thread=single", "-machine", "pc,memory-backend=memory",
      "-object", "memory-backend-file,id=memory,size=\(memory)M,mem-path=\(workplace.memory),share=on",
      "-m", "\(memory)M", "-smp", "\(vcpus)", "-kernel", setup.kernel(levels: levels), "-initrd",
      workplace.archive,
      "-chardev", "file,id=console,path=\(workplace.console)", "-serial", "chardev:console",
      "-chardev", "stdio,id=output,signal=off", "-serial", "chardev:output",
      "-plugin", recorder, "-append", kernelCommandLine,
    ]
    // With ERMS Linux clears pages byte by byte, which is 4096 accesses instead of 512.
    let processor = "max,-erms,-fsrm,la57=\(levels == 5 ? "on" : "off")"
    if isDeterministic {
      words += ["-cpu", processor + ",-rdrand,-rdseed", "-icount", "shift=1,sleep=off", "-seed", "1"]
      words += ["-rtc", "base=2024-01-01T00:00:00,clock=vm"]
    } else {
      words += ["-cpu", processor]
    }
    return words
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

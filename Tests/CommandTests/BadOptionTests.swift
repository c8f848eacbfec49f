import Testing

/// Machines that cannot be, names that nobody knows, numbers that mean nothing: one line each, before any work.
@Suite struct BadOptionTests {
  @Test(
    arguments: [
      (["--set", "l2=0x4"], 4, "l2=0x4"),
      (["--set", "l2=64x0"], 4, "no ways"),
      (["--set", "l2=100x12"], 4, "not a multiple of the ways"),
      (["--set", "l2=1536x12", "--set", "l2.policy=tree-plru"], 4, "tree-plru needs a power-of-two"),
      (["--set", "l2=99999999999x1"], 4, "too many entries"),
      (["--set", "l2.index=xor7"], 4, "l2.index=xor7"),
      (["--set", "l2.polcy=lru"], 4, "did you mean 'l2.policy'?"),
      (["--set", "real-map.rm=flat"], 4, "did you mean 'real-map.rmt'?"),
      (["--set", "real-map.rmt=cube"], 4, "radix, flat"),
      (["--set", "native.rmt=flat"], 4, "native.rmt"),
      (["--set", "l2"], 4, "write key=value"),
      (["--set", "vm.memory=1K"], 4, "vm.memory"),
      (["--set", "vm.memory=256K"], 4, "enlarge vm.memory"),
      (["--set", "vm.memory=18446744073709551615G"], 4, "vm.memory"),
      (["--guest-page", "16K"], 4, "not a supported page size"),
      (["--host-page", "16K"], 4, "not a supported page size"),
      (["--host-page", "thp"], 4, "not a supported page size"),
      (["--guest-page", "4K,4K"], 2, "4K twice"),
      (["--guest-page", ""], 2, "guest-page"),
      (["--guest-page", "2M", "--machine", "toy", "--set", "guest.levels=1"], 4, "guest.levels"),
      (["--machine", "textbok"], 4, "did you mean 'textbook'?"),
      (["--machine", "skylake"], 4, "skylake-lru"),
      (["--machine", "./none.yaml"], 66, "none.yaml"),
      (["--machine", "./list.yaml"], 4, "list.yaml"),
      (["--machine", "./wrong.yaml"], 4, "did you mean"),
      (["--strategy", "shadw"], 4, "did you mean 'shadow'?"),
      (["--strategy", "paravirtual"], 4, "native, shadow, nested, real-map"),
      (["--strategy", "native,native"], 2, "native twice"),
      (["--strategy", ""], 2, "strategy"),
      (["--jobs", "0"], 2, "--jobs <jobs>': write a number of threads from 1 to 1024"),
      (["-j", "-1"], 2, "'-1' is invalid for '-j <jobs>': write a number of threads from 1 to 1024"),
      (["--jobs", "9223372036854775807"], 2, "from 1 to 1024"),
      (["--jobs", "many"], 2, "'many' is invalid for '--jobs <jobs>': write a number of threads"),
      (["--limit", "0"], 2, "--limit"),
      (["--limit", "10T"], 2, "as 10000, 10k, 2.5M or 1G"),
      (["--limit", "0.0005k"], 2, "as 10000, 10k"),
      (["--limit", "99999999999G"], 2, "as 10000, 10k"),
      (["--warmup", "0.3"], 2, "as 30%"),
      (["--interval", "0"], 2, "--interval"),
      (["--skip", "1000000"], 2, "1000 accesses"),
      (["--warmup", "100%"], 2, "100%"),
      (["--warmup", "18446744073709551615"], 2, "--warmup"),
      (["--cost", "none.txt"], 66, "none.txt"),
      (["--cost", "list.yaml"], 4, "line 1"),
      (["--no-such-option"], 2, "replay --help"),
      (["--json", "out"], 2, "one file"),
      (["--json", "./out"], 2, "one file"),
    ] as [([String], Int32, String)])
  func aReplayThatCannotBeSaysWhy(options: [String], status: Int32, words: String) throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write("an earlier result\n", "out")
    try tool.write("- l2\n- l1\n", "list.yaml")
    try tool.write("l2:\n  polcy: lru\n", "wrong.yaml")
    try tool.expectMistake(["replay", "t.pwt", "--csv", "out"] + options, status: status, says: [words])
  }

  @Test(
    arguments: [
      (["nonsense"], 2, "nonsense"),
      (["replay"], 2, "traces"),
      (["replay", "-", "-"], 2, "standard input"),
      (["import", "sample", "--format", "gif", "-o", "out"], 2, "lackey"),
      (["import", "sample"], 2, "output"),
      (["import", "t.pwt", "-o", "out"], 3, "already"),
      (["import", "unknown", "-o", "out"], 3, "unknown format"),
      (["import", "cut-lackey", "-o", "out"], 3, "cut-lackey: line 2"),
      (["import", "sample", "--format", "lackey", "-o", "out"], 3, "sample: line 1"),
      (["presets", "show", "toi"], 4, "did you mean 'toy'?"),
      (["presets", "show", "--set", "real-map.rmt=cube"], 4, "radix, flat"),
      (["presets", "show", "--set", "l2=100x12"], 4, "multiple"),
      (["metrics", "--name", "walkz"], 4, "did you mean walks?"),
      (["metrics", "--name", "exti"], 4, "did you mean exit?"),
      (["selftest", "--accesses", "0"], 2, "--accesses"),
      (["report", "unknown"], 3, "unknown: "),
      (["report", "t.pwt", "--csv", "out"], 3, "t.pwt: a trace"),
      (["recheck", "t.pwt"], 3, "pagewalk replay"),
      (["report", "none.csv", "--csv", "out"], 66, "none.csv"),
      (["export", "t.pwt", "--format", "gif", "-o", "out"], 2, "gif"),
      (["cut", "t.pwt", "--skip", "-1", "-o", "out"], 2, "--skip"),
      (["cut", "t.pwt", "--skip", ".5M", "-o", "out"], 2, "as 10000, 10k"),
      (["cut", "t.pwt", "--range", "0x2000-0x1000", "-o", "out"], 2, "A must be below B"),
      (["synth", "gups", "--records", "1KB", "-o", "out"], 2, "as 10000, 10k"),
      (["synth", "gups", "--footprint", "1.5G", "-o", "out"], 2, "as 4096, 64K, 1536M or 2G"),
      (["sweep", "plan", "plan.yaml"], 66, "plan.yaml: ./nosuch.pwt: "),
    ] as [([String], Int32, String)])
  func aMistakenCommandSaysWhy(arguments: [String], status: Int32, words: String) throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write(SampleTrace.text, "sample")
    try tool.write("an earlier result\n", "out")
    try tool.write("no trace at all\n", "unknown")
    try tool.write("cross: {trace: nosuch.pwt, strategy: native}\n", "plan.yaml")
    try tool.write("I  04001000,3\n L 1fff000888,8", "cut-lackey")
    try tool.expectMistake(arguments, status: status, says: [words])
  }

  @Test func aLackeyLogCutInsideAnyLineIsNoticed() throws {
    let tool = try Tool()
    let log = "I  04001000,3\n L 1fff000888,8\nI  04001003,3\n S 1fff000888,16\n"
    for count in 2..<log.utf8.count {
      let part = String(log.prefix(count))
      guard !part.hasSuffix("\n") else { continue }
      try tool.write(part, "log")
      try tool.expectMistake(
        ["import", "log", "--format", "lackey", "-o", "out"], status: 3, says: ["log: "])
    }
  }
}

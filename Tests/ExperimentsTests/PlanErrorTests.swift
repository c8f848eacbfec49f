import Testing

/// Plans that describe no sweep say why.
@Suite struct PlanErrorTests {
  @Test(
    arguments: [
      ("- l2", "map of base"),
      ("set: {trace: t", "not YAML"),
      ("sets: {trace: t}", "did you mean 'set'?"),
      ("set: {strategy: nested}", "no trace"),
      ("set: {trace: [t, u]}", "one value"),
      ("set: {trace: t, l2.polcy: lru}", "did you mean 'l2.policy'?"),
      ("set: {trace: t, l2: {enties: 64}}", "did you mean 'l2.entries'?"),
      ("set: {trace: t, l2.way: 4}", "did you mean 'l2.ways'?"),
      ("set: {trace: t, l1d: {4K: {sets: 16}}}", "did you mean 'l1d.4K.ways'?"),
      ("{set: {trace: t}, cross: {limit: [5M, 5000000]}}", "limit=5000000' is given twice"),
      ("{set: {trace: t, limit: 5T}}", "limit=5T"),
      ("{set: {trace: t}, cross: {seed: 1k..2k*2}}", "no number for a range"),
      ("{set: {trace: t}, cross: {real-map.rm: [flat]}}", "did you mean 'real-map.rmt'?"),
      ("{set: {trace: t}, cross: {trace: [u]}}", "given twice"),
      ("{set: {trace: t}, cross: {seed: []}}", "empty grid"),
      ("{set: {trace: t}, cross: {seed: 9..1}}", "9 is above 1"),
      ("{set: {trace: t}, cross: {seed: 4096..512*2}}", "4096 is above 512"),
      ("{set: {trace: t}, cross: {seed: [1, 1]}}", "given twice"),
      ("{set: {trace: t}, cross: {seed: 1..9*1}}", "goes up"),
      ("{set: {trace: t}, cross: {seed: 0..9*2}}", "goes up"),
      ("{set: {trace: t}, cross: {seed: 1..9+0}}", "goes up"),
      ("{set: {trace: t}, cross: {seed: 1..1000000}}", "more than"),
      ("{set: {trace: t}, cross: {seed: 1..2000, l2.entries: 1..2000}}", "split the plan"),
      ("{set: {trace: t}, zip: [{seed: [1, 2], l2.policy: [lru]}]}", "seed has 2, l2.policy has 1"),
      ("{set: {trace: t, seed: 1}, where: [seed > 1]}", "none of 4 combinations"),
      ("{set: {trace: t}, where: [sed > 1]}", "did you mean 'seed'?"),
      ("{set: {trace: t}, where: [seed]}", "needs one of"),
      ("{set: {trace: t}, where: [(seed = 1]}", "not closed"),
      ("{set: {trace: t}, where: [seed = 1 2]}", "one word too many"),
      ("{set: {trace: t}, where: [strategy > native]}", "no order"),
      ("{set: {trace: t}, where: [seed % 0 = 1]}", "division by 0"),
      ("{set: {trace: t, strategy: nestd}}", "did you mean 'nested'?"),
      ("{set: {trace: t, strategy: real-map, real-map.rmt: cube}}", "radix, flat"),
      ("{set: {trace: t, strategy: nested}, cross: {l2.entries: [100]}}", "l2.entries=100: l2=100x12"),
      ("{set: {trace: t, warmup: all}}", "warmup=all"),
      ("{set: {trace: t, limit: 0}}", "limit=0"),
      ("{set: {trace: t, ignore-events: maybe}}", "on|off"),
    ])
  func aPlanThatCannotBeSaysWhy(yaml: String, words: String) {
    let mistake = PlanFixtures.mistake(yaml)
    #expect(mistake?.contains(words) == true, "\(mistake ?? "no mistake")")
  }
}

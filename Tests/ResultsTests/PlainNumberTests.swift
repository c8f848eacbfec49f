import Addressing
import Results
import Testing

@Suite struct PlainNumberTests {
  @Test func roundsToWhatTheTextReadsBackTo() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<20_000 {
      let scale = Double(sign: .plus, exponent: Int(random.next() % 90) - 80, significand: 1)
      let value = Double(random.next() >> 11) * scale
      #expect(PlainNumber.rounded(value) == Double(PlainNumber.text(value)))
    }
    for value in [0, 0.1, 1.0 / 3, 0.0000005, 8999999999.9999995, 9e15, 1.7e19, 1e22] {
      #expect(PlainNumber.rounded(value) == Double(PlainNumber.text(value)))
    }
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (0.5, "0.5"), (0.0000004, "0"), (0.0000005, "0.000001"), (1234.25, "1234.25"),
    (0.1, "0.1"), (1e15, "1000000000000000"), (123_456_789.123456, "123456789.123456"), (2.0 / 3, "0.666667"),
    (1.5e19, "15000000000000000000"), (0.999_999_9, "1"),
  ])
  func isPlainDecimal(value: Double, text: String) { #expect(PlainNumber.text(value) == text) }

  @Test func roundsToThePlacesAskedFor() {
    #expect(PlainNumber.text(12.345, decimals: 2) == "12.35")
    #expect(PlainNumber.text(12.5, decimals: 0) == "13")
  }

  @Test func readsWhatItWrites() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<1000 {
      let value = Double.random(in: 0...1, using: &generator) * 1e4
      let text = PlainNumber.text(value)
      #expect(PlainNumber.parse(text).map { PlainNumber.text($0) } == text)
    }
  }

  @Test(arguments: ["", ".", "1.", ".5", "-1", "+1", "1e3", "0x10", "nan", "inf", "1.2.3", " 1", "1_000"])
  func refusesAnythingElse(text: String) { #expect(PlainNumber.parse(text) == nil) }

  @Test func suggestsNearNamesOnly() {
    #expect(Spelling.nearest(to: "l2.polcy", among: ["l1.policy", "l2.policy"]) == "l2.policy")
    #expect(Spelling.nearest(to: "Exit", among: ["exit"]) == "exit")
    #expect(Spelling.nearest(to: "qqqq", among: ["exit", "walk"]) == nil)
    #expect(Spelling.nearest(to: "rnu", among: ["plan", "run"]) == "run")
    #expect(Spelling.nearest(to: "rnn", among: ["plan", "urn"]) == nil)
    #expect(Spelling.nearest(to: "mereg", among: ["merge", "mercy"]) == "merge")
  }
}

/// The price of every event: turns counts into cycles, without replaying anything.
public struct CostTable: Hashable, Sendable {
  /// In the order of ``CostKey/allCases``.
  private(set) var costs: [Cost]
  /// Cycles an instruction without any translation cost; nil is unknown, and leaves `runtime_overhead` empty.
  public private(set) var baseCyclesPerInstruction: Double?

  /// The name in cost files of ``baseCyclesPerInstruction``.
  public static let baseKey = "base_cycles_per_instruction"

  /// Every name that a cost file may give a number to.
  public static let names = CostKey.allCases.map(\.rawValue) + [baseKey]

  /// The defaults of ``Cost/standard(_:)``.
  public init() { costs = CostKey.allCases.map(Cost.standard) }

  /// The defaults with the changes of a cost file: lines of `key: cycles [MARK] source`, mark and source
  /// optional, `#` beginning a comment. A number without a mark is ``EvidenceMark/given``.
  public init(parsing text: String) throws(CostTableError) {
    self.init()
    var seen: [String: Int] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let content = line.prefix { $0 != "#" }
      guard content.contains(where: { !$0.isWhitespace }) else { continue }
      guard let colon = content.firstIndex(of: ":") else {
        throw .notAPair(line: index + 1, text: String(content))
      }
      let key = Self.trimmed(content[..<colon])
      if let first = seen.updateValue(index + 1, forKey: key) {
        throw .duplicate(key: key, first: first, second: index + 1)
      }
      try set(key, to: Self.trimmed(content[content.index(after: colon)...]))
    }
  }

  /// The defaults with the changes named: values are as after the colon of a cost file's line.
  public init(overriding changes: [String: String]) throws(CostTableError) {
    self.init()
    for (key, value) in changes.sorted(by: { $0.key < $1.key }) { try set(key, to: value) }
  }

  public subscript(key: CostKey) -> Cost { costs[Self.position(of: key)] }

  /// The same table with another price of one event; its mark becomes ``EvidenceMark/given``.
  public func replacing(_ key: CostKey, with cycles: Double) -> CostTable {
    var table = self
    table.costs[Self.position(of: key)] = Cost(cycles: cycles, mark: .given, source: "")
    return table
  }

  /// The whole table as the lines of a cost file, which read back to the same table.
  public var lines: [String] {
    let lines = zip(CostKey.allCases, costs).map { key, cost in
      let source = cost.source.isEmpty ? "" : " " + cost.source
      return "\(key.rawValue): \(PlainNumber.text(cost.cycles)) [\(cost.mark.rawValue)]\(source)"
    }
    guard let base = baseCyclesPerInstruction else { return lines }
    return lines + ["\(Self.baseKey): \(PlainNumber.text(base))"]
  }

  /// A ``ShortDigest`` of keys and cycles. Tables that price alike have the same.
  public var digest: String {
    let base = baseCyclesPerInstruction.map { "\(Self.baseKey):\($0)\n" } ?? ""
    let priced = zip(CostKey.allCases, costs).map { "\($0.rawValue):\($1.cycles)\n" }.joined()
    return ShortDigest.text(of: priced + base)
  }

  private static func position(of key: CostKey) -> Int {
    // Every case is in allCases.
    CostKey.allCases.firstIndex(of: key) ?? 0
  }

  private mutating func set(_ name: String, to text: String) throws(CostTableError) {
    let number = String(text.prefix { !$0.isWhitespace })
    guard let cycles = PlainNumber.parse(number), cycles <= 1e9 else {
      throw .badCycles(key: name, text: text)
    }
    let rest = Self.trimmed(text.dropFirst(number.count))
    if name == Self.baseKey {
      baseCyclesPerInstruction = cycles
      return
    }
    guard let key = CostKey(rawValue: name) else {
      throw .unknownKey(name, suggestion: Spelling.nearest(to: name, among: Self.names))
    }
    let (mark, source) = try Self.evidence(rest, key: name)
    costs[Self.position(of: key)] = Cost(cycles: cycles, mark: mark, source: source)
  }

  /// Splits `[MARK] source`.
  private static func evidence(
    _ text: String, key: String
  ) throws(CostTableError) -> (EvidenceMark, String) {
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else { return (.given, text) }
    let name = String(text[text.index(after: text.startIndex)..<end])
    guard let mark = EvidenceMark(rawValue: name) else { throw .unknownMark(name, key: key) }
    return (mark, trimmed(text[text.index(after: end)...]))
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}

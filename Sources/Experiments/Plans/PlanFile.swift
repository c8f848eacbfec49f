import Results
import Yams

/// Reads the YAML of a plan: sections of keys, which may nest or be dotted, in the order of the file.
struct PlanFile {
  private(set) var base: String?
  private(set) var set: [Assignment] = []
  private(set) var cross: [(key: String, values: [String])] = []
  private(set) var zip: [[(key: String, values: [String])]] = []
  private(set) var constraints: [String] = []

  private enum Section: String, CaseIterable {
    case base
    case set
    case cross
    case zip
    case constraints = "where"
  }

  init(_ yaml: String) throws(PlanError) {
    guard let root = try Self.compose(yaml) else { return }
    guard case .mapping(let sections) = root else {
      throw .malformed(line: root.mark?.line, reason: "a plan is a map of base, set, cross, zip and where")
    }
    for (name, content) in sections {
      guard let section = Section(rawValue: name.string ?? "") else {
        let names = Section.allCases.map(\.rawValue)
        throw .unknownSection(
          name.string ?? "", suggestion: Spelling.nearest(to: name.string ?? "", among: names))
      }
      try read(section, content)
    }
  }

  private mutating func read(_ section: Section, _ content: Node) throws(PlanError) {
    switch section {
    case .base: base = try Self.scalar(content, "base")
    case .set:
      for (key, values) in try Self.entries(content) {
        guard values.count == 1 else {
          throw .malformed(
            line: content.mark?.line, reason: "'\(key)' under set has one value: lists stand under cross")
        }
        set.append(Assignment(key: key, value: values[0]))
      }
    case .cross: cross = try Self.entries(content)
    case .zip:
      guard case .sequence(let groups) = content else {
        zip = [try Self.entries(content)]
        return
      }
      for group in groups { zip.append(try Self.entries(group)) }
    case .constraints: constraints = try Self.list(content, "where")
    }
  }

  private static func compose(_ yaml: String) throws(PlanError) -> Node? {
    do { return try Yams.compose(yaml: yaml) } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw .malformed(line: mark.line, reason: "not YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, _):
        throw .givenTwice(duplicates.sorted().first ?? "")
      default: throw .malformed(line: nil, reason: "not YAML")
      }
    } catch {
      throw .malformed(line: nil, reason: "not YAML")
    }
  }

  /// The dotted keys of a map, each with its value or list of values.
  private static func entries(
    _ node: Node, under prefix: String = ""
  ) throws(PlanError) -> [(key: String, values: [String])] {
    guard case .mapping(let mapping) = node else {
      throw .malformed(line: node.mark?.line, reason: "here stands a map of keys to values, like l2: 1536x12")
    }
    var entries: [(key: String, values: [String])] = []
    for (name, value) in mapping {
      let key = (prefix.isEmpty ? "" : prefix + ".") + (try scalar(name, "a key"))
      if case .mapping = value {
        entries += try Self.entries(value, under: key)
      } else {
        entries.append((key, try list(value, key)))
      }
    }
    return entries
  }

  private static func list(_ node: Node, _ key: String) throws(PlanError) -> [String] {
    guard case .sequence(let items) = node else { return [try scalar(node, key)] }
    var values: [String] = []
    for item in items { values.append(try scalar(item, key)) }
    return values
  }

  private static func scalar(_ node: Node, _ key: String) throws(PlanError) -> String {
    guard case .scalar(let scalar) = node else {
      throw .malformed(line: node.mark?.line, reason: "'\(key)' must be plain words or numbers")
    }
    return scalar.string
  }
}

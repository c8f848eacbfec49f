import Yams

/// Reads machine files: nested maps flattened to dotted keys, in the order of the file.
enum MachineFile {
  struct Entry {
    var key: String
    var value: String
  }

  static func entries(of yaml: String) throws(MachineError) -> [Entry] {
    guard let root = try compose(yaml) else { return [] }
    var entries: [Entry] = []
    try flatten(root, under: "", into: &entries)
    var seen: Set<String> = []
    for entry in entries where !seen.insert(entry.key).inserted { throw .duplicateKey(entry.key) }
    return entries
  }

  private static func compose(_ yaml: String) throws(MachineError) -> Node? {
    do { return try Yams.compose(yaml: yaml) } catch let error as YamlError {
      throw machineError(error)
    } catch {
      throw .malformedFile(line: nil, reason: "it is not YAML")
    }
  }

  private static func flatten(
    _ node: Node, under prefix: String, into entries: inout [Entry]
  ) throws(MachineError) {
    guard case .mapping(let mapping) = node else {
      throw .malformedFile(
        line: node.mark?.line, reason: "a machine file is a map of keys to values, like l2: 1536x12")
    }
    for (keyNode, value) in mapping {
      guard case .scalar(let key) = keyNode else {
        throw .malformedFile(line: keyNode.mark?.line, reason: "a key must be a plain word")
      }
      let path = prefix.isEmpty ? key.string : "\(prefix).\(key.string)"
      switch value {
      case .scalar(let scalar):
        entries.append(Entry(key: path, value: scalar.string))
      case .mapping:
        try flatten(value, under: path, into: &entries)
      case .sequence, .alias:
        throw .malformedFile(line: value.mark?.line, reason: "'\(path)' must be one value, not a list")
      }
    }
  }

  private static func machineError(_ error: YamlError) -> MachineError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      .malformedFile(line: mark.line, reason: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, _):
      .duplicateKey(duplicates.sorted().first ?? "")
    default:
      .malformedFile(line: nil, reason: "not YAML")
    }
  }
}

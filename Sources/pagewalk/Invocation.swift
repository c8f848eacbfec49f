/// How the program was called.
enum Invocation {
  /// The command line as a shell would take it, for the provenance of results.
  static var commandLine: String {
    (["pagewalk"] + CommandLine.arguments.dropFirst()).map(quoted).joined(separator: " ")
  }

  /// One argument, in quotes unless it is made of letters, digits and harmless marks.
  static func quoted(_ argument: String) -> String {
    let harmless = Set("_-./=,:+%@")
    let isPlain = argument.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || harmless.contains($0) }
    guard !isPlain || argument.isEmpty else { return argument }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}

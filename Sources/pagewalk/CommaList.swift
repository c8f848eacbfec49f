import ArgumentParser

/// Values separated by commas, none of them empty and none given twice.
struct CommaList: Codable {
  let values: [String]

  init(_ values: [String]) { self.values = values }

  /// - Throws: What is wrong, for the parser of the command line to say of which option.
  init(parsing text: String) throws {
    values = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !values.contains("") else {
      throw ValidationError("name one value, or several with commas between")
    }
    var seen: Set<String> = []
    for value in values where !seen.insert(value).inserted {
      throw ValidationError("it names \(value) twice")
    }
  }
}

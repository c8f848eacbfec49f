import Reporting
import Results

/// Results that were written to a file.
enum ResultFile {
  /// Those of a CSV.
  static func csv(_ path: String) throws(CommandFailure) -> ReportDocument {
    let bytes = try InputFile.read(path)
    do {
      return try CSVReader.read(bytes)
    } catch {
      throw CommandFailure(.badData, file: path, error)
    }
  }
}

import Experiments
import Reporting
import Results
import Store

/// Results that were written to a file.
enum ResultFile {
  /// Those of a store, of which there are some.
  static func store(_ path: String) throws(CommandFailure) -> ResultStore.Contents {
    let contents = try CommandFailure.reporting { () throws(StoreError) in
      try ResultStore.existing(path, schema: .sweep).contents()
    }
    guard !contents.rows.isEmpty else {
      throw CommandFailure(.badData, "\(path): a store without results: run its sweep (pagewalk sweep run)")
    }
    return contents
  }

  /// Those of a CSV.
  static func csv(_ path: String) throws(CommandFailure) -> ReportDocument {
    guard !InputFile.isRegular(path) || (try? TraceFile.open(path)) == nil else {
      throw CommandFailure(.badData, "\(path): a trace, and not results: pagewalk replay makes some of it")
    }
    let bytes = try InputFile.read(path)
    do {
      return try CSVReader.read(bytes)
    } catch {
      throw CommandFailure(.badData, file: path, error)
    }
  }
}

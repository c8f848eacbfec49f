import Importing
import Machines
import Recording
import Replaying
import Store
import Strategies
import Traces

extension CommandFailure {
  init(_ error: TraceError) {
    let help = error.problem == .cutShort ? "; pagewalk verify --salvage keeps what is whole" : ""
    self.init(error.exitStatus, error.description + help)
  }

  init(_ error: ImportError) { self.init(error.exitStatus, error.description) }

  init(_ error: MergeError) { self.init(.badData, error.description) }

  init(_ error: RecordingError) { self.init(.failed, error.description) }

  init(_ error: GuestRecordingError) { self.init(.failed, error.description) }

  init(_ error: StoreError) {
    let status: ExitStatus =
      switch error {
      case .notFound: .noInput
      case .notWritable, .noSpace: .cannotWrite
      case .database: .failed
      default: .badData
      }
    self.init(status, error.description)
  }

  /// A replay that stopped.
  init(_ error: ReplayError) {
    switch error {
    case .trace(let error): self.init(error)
    // With other settings the trace can be replayed.
    case .guest(.addressNotCovered, _), .guest(.outOfRealMemory, _), .guest(.otherLevels, _),
      .translation(.hypervisor, _, _), .cache, .strategy, .guestSetting:
      self.init(.badConfiguration, error.description)
    case .guest, .translation: self.init(.failed, error.description)
    case .unknownLength, .nothingToCount, .ignoredGuest: self.init(.usage, error.description)
    }
  }

  /// Curves that cannot be counted.
  init(_ error: CurveError) {
    switch error {
    case .replay(let error): self.init(error)
    case .tooManyAddressSpaces: self.init(.failed, error.description)
    }
  }

  /// Runs `body`, turning the errors of stores into failures with their statuses.
  static func reporting<Value>(_ body: () throws(StoreError) -> Value) throws(CommandFailure) -> Value {
    do { return try body() } catch { throw CommandFailure(error) }
  }

  /// Runs `body`, turning the errors of traces, importers, mergers and recorders into failures with their statuses.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as TraceError {
      throw CommandFailure(error)
    } catch let error as ImportError {
      throw CommandFailure(error)
    } catch let error as MergeError {
      throw CommandFailure(error)
    } catch let error as RecordingError {
      throw CommandFailure(error)
    } catch let error as GuestRecordingError {
      throw CommandFailure(error)
    }
  }

  /// Runs `body` for each of several files; what is wrong with one keeps no other from it, and is told.
  ///
  /// - Throws: The last failure, for it to be told where every command's is, with ``ExitStatus/badData`` if a file was
  ///   read and is not what it should be, else with the status of the first failure.
  static func reporting(each files: [String], _ body: (String) throws -> Void) throws {
    var failures: [CommandFailure] = []
    for file in files {
      do { try reporting { try body(file) } } catch let failure as CommandFailure {
        if let last = failures.last { StandardError.printLine("pagewalk: \(last)") }
        failures.append(failure)
        // What cannot be written of one file cannot be of the next.
        if failure.status == .cannotWrite { break }
      }
    }
    guard let first = failures.first, let last = failures.last else { return }
    let isBad = failures.contains { $0.status == .badData }
    throw CommandFailure(isBad ? .badData : first.status, last.description)
  }
}

extension TraceError {
  fileprivate var exitStatus: ExitStatus {
    switch problem {
    case .system("write", _): .cannotWrite
    case .system: .noInput
    default: .badData
    }
  }
}

extension ImportError {
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .unreadable, .isDirectory, .noTraceInFolder: .noInput
    case .programMissing: .failed
    default: .badData
    }
  }
}

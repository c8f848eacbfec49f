import Addressing

/// Gives the owners of merged traces numbers that do not collide, from 0 in order of their first appearance.
struct MergedOwners {
  /// Whose number it is.
  private struct Name: Hashable {
    var trace: Int
    var vm: UInt32?
    var number: UInt32?
  }

  private struct Numbers {
    private var numbers: [Name: UInt32] = [:]

    mutating func number(of name: Name) -> UInt32 {
      if let known = numbers[name] { return known }
      let new = UInt32(numbers.count)
      numbers[name] = new
      return new
    }
  }

  private let role: MergeRole
  private var vms = Numbers()
  private var processes = Numbers()
  private var threads = Numbers()
  /// The one process of each trace that is to be a thread.
  private var processOfTrace: [Int: Name] = [:]

  init(_ role: MergeRole) { self.role = role }

  /// The new form of an owner of a trace, of which the file is named for errors.
  mutating func owner(_ owner: Owner, of trace: Int, file: String) throws(MergeError) -> Owner {
    var new = owner
    let process = Name(trace: trace, vm: owner.vm, number: owner.addressSpace)
    switch role {
    case .vms:
      new.vm = vms.number(of: Name(trace: trace, vm: owner.vm))
    case .processes:
      new.vm = 0
      new.addressSpace = processes.number(of: process)
      new.thread = owner.thread.map { threads.number(of: Name(trace: trace, vm: owner.vm, number: $0)) }
    case .threads:
      guard processOfTrace[trace, default: process] == process else {
        throw .severalProcesses(file: file)
      }
      processOfTrace[trace] = process
      new.vm = 0
      new.addressSpace = 0
      new.thread = threads.number(of: Name(trace: trace, vm: owner.vm, number: owner.thread))
    }
    return new
  }

  /// The new form of an event of an owner of a trace. The end of a process that is now a thread ends the thread.
  mutating func event(
    _ event: Event, by owner: Owner, of trace: Int, file: String
  ) throws(MergeError) -> Event {
    switch event {
    case .clone(let child, let sharesMemory) where role != .vms:
      let name = Name(trace: trace, vm: owner.vm, number: child)
      guard sharesMemory || role == .processes else { throw .severalProcesses(file: file) }
      let number = sharesMemory ? threads.number(of: name) : processes.number(of: name)
      return .clone(child: number, sharesMemory: sharesMemory)
    case .exit(wholeProcess: true) where role == .threads:
      return .exit(wholeProcess: false)
    default:
      return event
    }
  }
}

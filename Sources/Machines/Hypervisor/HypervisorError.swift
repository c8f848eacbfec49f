public import Addressing
public import PageTables

/// Why the hypervisor could not do its work.
public enum HypervisorError: Error, Hashable, Sendable {
  /// The virtual machine used a real address that its memory does not have.
  case beyondMemory(RealAddress, vm: Int, bytes: UInt64)
  case unknownMachine(Int, count: Int)
  /// No physical memory could be made for so much real memory.
  case unsupportedMemory(bytes: UInt64, machines: Int)
  case unsupportedFragmentation(Double)
  case outOfFrames(OutOfFrames)
}

extension HypervisorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .beyondMemory(let real, let vm, let bytes):
      "real address \(real) lies beyond the \(bytes) bytes of memory of VM \(vm): enlarge vm.memory"
    case .unknownMachine(let vm, let count):
      "VM \(vm) does not exist: there are \(count), counted from 0"
    case .unsupportedMemory(let bytes, let machines):
      "\(machines) VMs of \(bytes) bytes of memory cannot be modelled: all together have 4 KiB to 2^48 bytes"
    case .unsupportedFragmentation(let share):
      "a fragmentation of \(share) means nothing: it is a share, from 0 to 1"
    case .outOfFrames(let error):
      error.description
    }
  }
}

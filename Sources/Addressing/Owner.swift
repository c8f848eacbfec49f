/// Who made an access: each part may be unknown (`nil`), which is written as such and never guessed.
public struct Owner: Hashable, Sendable {
  /// The virtual machine.
  public var vm: UInt32?
  /// The virtual processor within the machine.
  public var vcpu: UInt32?
  /// The address space within the machine: a process, as its guest operating system numbers it.
  public var addressSpace: UInt32?
  /// The thread within the machine.
  public var thread: UInt32?

  public init(vm: UInt32? = nil, vcpu: UInt32? = nil, addressSpace: UInt32? = nil, thread: UInt32? = nil) {
    self.vm = vm
    self.vcpu = vcpu
    self.addressSpace = addressSpace
    self.thread = thread
  }

  /// The owner of which nothing is known, as in a trace of one user program.
  public static let unknown = Owner()
}

public import Addressing
public import PageTables

/// When the hypervisor gives a virtual machine its physical frames, by the names of `--backing`.
public enum BackingMode: String, CaseIterable, Hashable, Sendable, Codable {
  /// All of it before the machine runs: no access ever waits for a frame.
  case prepopulated
  /// Each page when it is first needed.
  case onDemand = "on-demand"
}

/// How the hypervisor backs the real memory of its virtual machines.
public struct HypervisorSettings: Hashable, Sendable, Codable {
  /// The size of the physical pages that back real memory, where frames of the size are to be had.
  public var hostPage: PageSize = .size4K
  public var backing: BackingMode = .prepopulated
  /// Who hands out physical frames.
  public var allocator: FrameAllocatorKind = .sequential
  /// The share of 2 MiB blocks that cannot be large pages, 0 to 1; of the buddy allocator only.
  public var fragmentation: Double = 0
  /// The seed of the allocators that draw.
  public var seed: UInt64 = 0
  /// The real memory of each virtual machine, in bytes. 16 GiB [E], a usual size of a cloud machine.
  public var realMemoryBytes: UInt64 = 16 << 30

  public init() {}
}

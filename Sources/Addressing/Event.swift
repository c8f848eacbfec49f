/// Something other than an access, standing between two records of a trace.
///
/// *Program events* are what a user program asks of its kernel; the guest model turns them into *guest events*,
/// which a whole-guest trace carries itself: in it program events, where it has them, drive nothing. Strategies see guest
/// events only.
public enum Event: Hashable, Sendable {
  // Program events.

  /// Memory mapped at `address`; whatever was mapped there before is unmapped.
  case map(VirtualAddress, length: UInt64, Protection, MappingKind)
  case unmap(VirtualAddress, length: UInt64)
  case protect(VirtualAddress, length: UInt64, Protection)
  /// A mapping moved or resized, with its contents.
  case remap(VirtualAddress, oldLength: UInt64, to: VirtualAddress, newLength: UInt64)
  /// The program break set: the heap ends here.
  case programBreak(VirtualAddress)
  case advise(VirtualAddress, length: UInt64, Advice)
  /// A child made by the owner: a thread where it shares memory, else a process with a copy of it.
  case clone(child: UInt32, sharesMemory: Bool)
  /// The owner's thread ended, or its whole process.
  case exit(wholeProcess: Bool)

  // Guest events.

  /// A store to a page-table page, also one that changes nothing.
  case tableStore(RealAddress, width: UInt8, value: UInt64)
  /// A page-table page linked at `level` (the leaf level is 1), with its non-zero entries.
  ///
  /// `storesBefore` are the stores that the guest made to the page before that, since the page was last clear (all
  /// zeros): each counts once for every entry that it touches, as stores to tables are told. A recorder sees a page to
  /// be clear when zero is stored to its last entry, and counts from its own start or the time when the page was a
  /// table before. What tells a state in the midst of a trace, as a checkpoint does, says the number of entries.
  case tableLinked(RealAddress, level: UInt8, entries: [TableEntry], storesBefore: UInt64)
  case tableUnlinked(RealAddress)
  /// A root table no longer in use: its address space is gone.
  case rootRetired(RealAddress)
  case controlRegister(ControlRegister, value: UInt64)
  /// INVLPG.
  case invalidatePage(VirtualAddress)
  /// INVPCID, with its type (0 to 3) and descriptor.
  case invalidateContext(type: UInt8, pcid: UInt16, VirtualAddress)
  /// A true page fault: the walk before the next access is aborted. The error code is x86's (SDM 4.7);
  /// `privilege` is the CPL, `instruction` the RIP; nil is unknown.
  case pageFault(VirtualAddress, errorCode: UInt32?, privilege: UInt8?, instruction: VirtualAddress?)
  /// A range of real memory, RAM or a device's.
  case memorySlot(RealAddress, length: UInt64, isDevice: Bool)
  /// The vCPUs that a shootdown of the preceding invalidation reaches, as a bit set.
  case shootdown(vcpus: UInt64)
  /// The recorder saw the 4 KiB page of this virtual address at this real address, in the owner's address space and
  /// from here on until told otherwise: what the tables of the trace are checked against. It changes nothing.
  case translation(VirtualAddress, RealAddress)

  // Marks.

  /// A marker that the recorded program left: the start of a phase.
  case phase(UInt32)
  /// Records lost here, by damage or by choice; nil is an unknown number.
  case gap(records: UInt64?)
}

/// What a page may be used for.
public struct Protection: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let read = Protection(rawValue: 1)
  public static let write = Protection(rawValue: 2)
  public static let execute = Protection(rawValue: 4)
}

/// What stands behind a mapping.
public enum MappingKind: UInt8, CaseIterable, Sendable {
  case anonymous = 0
  case file = 1
  /// Anonymous memory shared between processes.
  case shared = 2
  case stack = 3
  /// Anonymous memory from the huge page pool, 2 MiB pages.
  case huge2M = 4
  /// Anonymous memory from the huge page pool, 1 GiB pages.
  case huge1G = 5
}

/// What a program told its kernel of its use of a range (`madvise`).
public enum Advice: UInt8, CaseIterable, Sendable {
  /// Contents dropped at once: pages are unmapped (MADV_DONTNEED, MADV_REMOVE).
  case discard = 0
  /// Contents may be dropped (MADV_FREE).
  case free = 1
  case hugePages = 2
  case noHugePages = 3
}

/// A control register whose value decides how addresses are translated.
public enum ControlRegister: UInt8, CaseIterable, Sendable {
  case cr0 = 0
  case cr3 = 3
  case cr4 = 4
  /// The extended feature enable register; its NXE bit.
  case efer = 8
}

/// One non-zero entry of a page-table page.
public struct TableEntry: Hashable, Sendable {
  /// The position in the table, 0 to 511.
  public var index: UInt16
  public var value: UInt64

  public init(index: UInt16, value: UInt64) {
    self.index = index
    self.value = value
  }
}

/// An event and where it stands.
public struct PositionedEvent: Hashable, Sendable {
  /// The number of records before it, counted from the start of its block or batch. Events of one position
  /// keep their order.
  public var position: UInt32
  public var owner: Owner
  public var event: Event

  public init(position: UInt32, owner: Owner, event: Event) {
    self.position = position
    self.owner = owner
    self.event = event
  }
}

import Addressing

/// Makes traces that look like programs where they are regular, and like nothing at all where they are not.
struct RandomTrace {
  private var random: SplitMix64
  private let hasFetches: Bool
  private let owners: [Owner]

  init(seed: UInt64, hasFetches: Bool = true, owners: Int = 1) {
    random = SplitMix64(seed: seed)
    self.hasFetches = hasFetches
    self.owners =
      owners == 1
      ? [.unknown]
      : (0..<UInt32(owners)).map {
        Owner(vm: $0 % 2, vcpu: nil, addressSpace: $0, thread: $0 == 0 ? nil : $0 * 1000)
      }
  }

  mutating func items(_ count: Int, events: Bool = true) -> [TraceItem] {
    var items: [TraceItem] = []
    var counters = [UInt64](repeating: 0, count: owners.count)
    var current = 0
    while items.count < count {
      if chance(20) { current = Int(below(UInt64(owners.count))) }
      if events && chance(12) {
        items.append(.event(event(), owners[current]))
        continue
      }
      counters[current] += 1
      for access in basicBlock(iteration: counters[current], owner: UInt64(current)) {
        items.append(.access(access, owners[current]))
        // An owner change or an event may come at any record.
        if owners.count > 1 && chance(200) { current = Int(below(UInt64(owners.count))) }
        if events && chance(300) { items.append(.event(event(), owners[current])) }
      }
    }
    return items
  }

  /// Ascending positions at which runs are to be split.
  mutating func breaks(_ count: Int, below limit: UInt32) -> [UInt32] {
    (0..<count).map { _ in UInt32(below(UInt64(limit))) }.sorted()
  }

  private mutating func below(_ bound: UInt64) -> UInt64 { random.next() % bound }
  private mutating func chance(_ oneIn: UInt64) -> Bool { below(oneIn) == 0 }

  private mutating func basicBlock(iteration: UInt64, owner: UInt64) -> [Access] {
    if chance(25) { return [wildAccess()] }
    let code: UInt64 = (owner & 1 == 0 ? 0x40_0FE0 : 0xFFFF_8000_0000_0FC8) + below(6) * 24
    var accesses: [Access] = []
    var pc = code
    for instruction in 0..<(2 + code % 7) {
      let size = UInt16(1 + (code + instruction * 5) % 11)
      if hasFetches { accesses.append(Access(.fetch, VirtualAddress(pc), size: size)) }
      pc += UInt64(size)
      let slot = (code &* 31 &+ instruction * 7) % 6
      switch slot {
      case 0: accesses.append(data(.load, 0x7000_0000 + iteration * 8, 8))
      case 1: accesses.append(data(.store, 0x7100_0FF0 + iteration * 24 % 65536, 16))
      case 2: accesses.append(data(.modify, 0x7FFF_FF00_1000 - instruction * 8, 8))
      case 3: accesses.append(data(.load, 0x1_0000_0000 + below(1 << 22) * 4, 4))
      default: break
      }
    }
    return accesses
  }

  private func data(_ kind: AccessKind, _ address: UInt64, _ size: UInt16) -> Access {
    Access(kind, VirtualAddress(address), size: size)
  }

  /// Anything legal: kernel half, sizes 0 to 4096, page ends, the edges of the address space.
  private mutating func wildAccess() -> Access {
    let sizes: [UInt16] = [0, 1, 2, 8, 31, 32, 64, 511, 4095, 4096]
    let kinds: [AccessKind] = hasFetches ? AccessKind.allCases : [.load, .store, .modify]
    let edges: [UInt64] = [0, 1, 0xFFF, 0x00FF_FFFF_FFFF_FFFF, 0xFF00_0000_0000_0000, .max, .max - 7]
    var address = below(3) == 0 ? edges[Int(below(UInt64(edges.count)))] : random.next()
    address = UInt64(bitPattern: Int64(bitPattern: address << 7) >> 7)
    return Access(
      kinds[Int(below(UInt64(kinds.count)))], VirtualAddress(address),
      size: sizes[Int(below(UInt64(sizes.count)))])
  }

  private mutating func event() -> Event {
    let address = VirtualAddress(0x5000_0000 + below(1 << 20) << 12)
    let real = RealAddress(below(1 << 30) << 3)
    let some = below(2) == 0
    switch below(20) {
    case 0: return .map(address, length: below(1 << 30), [.read, .write], .anonymous)
    case 1: return .unmap(address, length: below(1 << 24))
    case 2: return .protect(address, length: 4096, [.read, .execute])
    case 3: return .remap(address, oldLength: 8192, to: VirtualAddress(random.next()), newLength: 16384)
    case 4: return .programBreak(address)
    case 5: return .advise(address, length: 4096, .noHugePages)
    case 6: return .clone(child: UInt32(below(1 << 32)), sharesMemory: some)
    case 7: return .exit(wholeProcess: some)
    case 8: return .tableStore(real, width: 8, value: random.next())
    case 9:
      let indices = Set((0..<below(20)).map { _ in UInt16(below(512)) }).sorted()
      let entries = indices.map { TableEntry(index: $0, value: random.next() | 1) }
      return .tableLinked(real, level: 1 + UInt8(below(5)), entries: entries, storesBefore: below(100))
    case 10: return .tableUnlinked(real)
    case 11: return .rootRetired(real)
    case 12: return .controlRegister(.cr3, value: random.next())
    case 13: return .invalidatePage(address)
    case 14: return .invalidateContext(type: UInt8(below(4)), pcid: UInt16(below(4096)), address)
    case 15:
      return .pageFault(
        address, errorCode: some ? 7 : nil, privilege: some ? 3 : nil, instruction: some ? nil : address)
    case 16: return .memorySlot(real, length: 1 << 30, isDevice: some)
    case 17: return .shootdown(vcpus: random.next())
    case 18: return .phase(UInt32(below(10)))
    default: return .gap(records: some ? nil : below(1000))
    }
  }
}

import Addressing
import TranslationCaches

extension Machine {
  /// Checks what no single setting can: that settings agree with each other.
  func validate() throws(MachineError) {
    guard l1d.page4K != nil, l1i.page4K != nil else {
      throw .inconsistent("l1d.4K and l1i.4K cannot be off: every core has a first-level TLB for 4K pages")
    }
    try checkCaches()
    try checkPageSizes()
    try checkMemory()
  }

  private func checkCaches() throws(MachineError) {
    for size in PageSize.allCases {
      try check(l1d.policy, l1d[size], "l1d.\(size.name)", indexing: l1d.index)
      try check(l1i.policy, l1i[size], "l1i.\(size.name)", indexing: l1i.index)
    }
    try check(l2.policy, l2.page4K2M, "l2", indexing: l2.index)
    try check(l2.policy, l2.page1G, "l2.1G", indexing: l2.index)
    for level in 2...5 {
      try check(guestWalkCaches.policy, guestWalkCaches[level], "pwc.guest, level \(level)")
      try check(hostWalkCaches.policy, hostWalkCaches[level], "pwc.host, level \(level)")
    }
    try check(nestedTLBPolicy, nestedTLB, "nested-tlb")
  }

  private func check(
    _ policy: ReplacementPolicy, _ geometry: Geometry?, _ name: String, indexing: SetIndexing = .modulo
  ) throws(MachineError) {
    guard let geometry else { return }
    do throws(TranslationCacheError) {
      try policy.check(geometry)
      try indexing.check(geometry)
    } catch {
      throw .inconsistent("\(name): \(error.description)")
    }
  }

  private func checkPageSizes() throws(MachineError) {
    if let size = guest.page.fixedSize ?? (guest.page == .transparent ? .size2M : nil),
      size.leafLevel > guest.levels
    {
      throw .inconsistent(
        "guest.page=\(guest.page.rawValue) needs guest.levels of at least \(size.leafLevel), not \(guest.levels)"
      )
    }
    if host.page.leafLevel > host.levels {
      throw .inconsistent(
        "host.page=\(host.page.name) needs host.levels of at least \(host.page.leafLevel), not \(host.levels)"
      )
    }
  }

  /// A virtual machine must hold at least one page of each dimension's size and the tables above it, and its real
  /// memory must fit the real map table.
  private func checkMemory() throws(MachineError) {
    let bytes = vm.memory.bytes
    let guestPage = guest.page.fixedSize ?? (guest.page == .transparent ? .size2M : .size4K)
    let page = max(guestPage, host.page)
    let least = ByteCount(bytes: max(2 * page.bytes, 64 * PageSize.size4K.bytes))
    guard bytes >= least.bytes else {
      throw .inconsistent(
        "vm.memory=\(vm.memory) is too small for pages of \(page.name); give it \(least) or more")
    }
    guard bytes.isMultiple(of: host.page.bytes) else {
      throw .inconsistent("vm.memory=\(vm.memory) is not a multiple of host.page=\(host.page.name)")
    }
    let covered = ByteCount(bytes: 1 << UInt64(12 + 9 * host.levels))
    let limit = ByteCount(bytes: min(covered.bytes, Self.largestMemory.bytes))
    guard bytes <= limit.bytes else {
      throw .inconsistent(
        "vm.memory=\(vm.memory) is more than \(limit), the most for host.levels=\(host.levels)")
    }
    guard vm.quantum > 0 else {
      throw .inconsistent("vm.quantum=0 gives no virtual machine a turn; give it at least 1 access")
    }
  }

  /// Real memory of one virtual machine at most: leaves room for many in the 52 bits of a physical address.
  static let largestMemory = ByteCount(bytes: 1 << 44)
}

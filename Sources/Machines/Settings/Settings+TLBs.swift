import Results

extension Setting {
  private static let skylakeForum = Source(
    "Intel forum and 51cto quoting the Optimization Manual, table 2-15 (Skylake)", .secondary)
  private static let reversed = Source("organisation reverse-engineered by TLB;DR (Skylake)", .verified)
  private static let plainPolicy = Source(
    "the simplest policy; Skylake's own is tree-PLRU (TLB;DR)", .estimate)
  private static let ownChoice = Source("a choice of this project", .estimate)

  private static let plainIndex = Source("linear in Skylake's first levels, by TLB;DR", .verified)

  private static func isSplit(_ machine: Machine) -> Bool { machine.firstLevelSharing == .split }

  static let firstLevels: [Setting] = [
    Setting(
      "l1.split", \.firstLevelSharing, "split",
      "Whether instructions have a first-level TLB of their own; unified uses the geometries of l1d.",
      skylakeForum),
    Setting("l1d.4K", \.l1d.page4K, "64x4", "First-level data TLB for 4 KiB pages.", reversed),
    Setting("l1d.2M", \.l1d.page2M, "32x4", "First-level data TLB for 2 MiB pages.", skylakeForum),
    Setting("l1d.1G", \.l1d.page1G, "4fa", "First-level data TLB for 1 GiB pages.", skylakeForum),
    Setting(
      "l1d.policy", \.l1d.policy, "lru", "Replacement in the first-level data TLB.", plainPolicy),
    Setting(
      "l1d.index", \.l1d.index, "modulo",
      "How a page number chooses a set of the first-level data TLB; see l2.index.",
      plainIndex),
    Setting(
      "l1i.4K", \.l1i.page4K, "128x8", "First-level instruction TLB for 4 KiB pages.", reversed,
      applies: isSplit),
    Setting(
      "l1i.2M", \.l1i.page2M, "8fa", "First-level instruction TLB for 2 MiB pages.",
      Source("8 a thread; " + skylakeForum.text, .secondary), applies: isSplit),
    Setting(
      "l1i.1G", \.l1i.page1G, "4fa", "First-level instruction TLB for 1 GiB pages.",
      Source("not documented; as many as the data side has", .estimate), applies: isSplit),
    Setting(
      "l1i.policy", \.l1i.policy, "lru", "Replacement in the first-level instruction TLB.", plainPolicy,
      applies: isSplit),
    Setting(
      "l1i.index", \.l1i.index, "modulo",
      "How a page number chooses a set of the first-level instruction TLB; see l2.index.", plainIndex,
      applies: isSplit),
  ]

  static let secondLevel: [Setting] = [
    Setting("l2", \.l2.page4K2M, "1536x12", "Second-level TLB for 4 KiB and 2 MiB pages.", reversed),
    Setting(
      "l2.1G", \.l2.page1G, "16x4", "Second-level TLB for 1 GiB pages; off keeps 2 MiB pieces of them in l2.",
      skylakeForum),
    Setting("l2.policy", \.l2.policy, "lru", "Replacement in the second-level TLB.", plainPolicy),
    Setting(
      "l2.index", \.l2.index, "modulo",
      "How a page number chooses a set of the second-level TLB: modulo the number of sets, "
        + "or, of 2^n sets, by XOR of its lowest n bits with the n bits above.",
      Source("plain; Skylake's own is XOR-7 (TLB;DR)", .estimate)),
    Setting(
      "l2.split", \.l2.sharing, "shared",
      "Whether instructions and data share the second-level TLB, or have one of these geometries each.",
      skylakeForum),
    Setting(
      "tlb.dirty", \.dirtyTracking, "cached",
      "cached: an entry keeps the dirty bit that its walk found, and a write through one that is clear walks and sets it in "
        + "both levels. since-fill: the first write since an entry was filled walks, whatever the dirty bit, and changes "
        + "the entry of the first level alone: refilled from the second, it walks again.",
      Source("Intel SDM volume 3, 4.10.2.2: a TLB entry holds the dirty flag", .verified)),
  ]

  private static let walkCacheSource = Source(
    "DMT/ASAP simulator: 2, 4 and 32 entries; 32 in 4 ways", .verified)

  static let walkCaches: [Setting] =
    [
      Setting(
        "pwc.guest.pde", \.guestWalkCaches.pde, "32x4",
        "Walk cache of the guest table for the tables that map 2 MiB each.", walkCacheSource),
      Setting(
        "pwc.guest.pdpte", \.guestWalkCaches.pdpte, "4fa",
        "Walk cache of the guest table for the tables that map 1 GiB each.", walkCacheSource,
        applies: { $0.guest.levels >= 3 }),
      Setting(
        "pwc.guest.pml4e", \.guestWalkCaches.pml4e, "2fa",
        "Walk cache of the guest table for the tables that map 512 GiB each.", walkCacheSource,
        applies: { $0.guest.levels >= 4 }),
      Setting(
        "pwc.guest.pml5e", \.guestWalkCaches.pml5e, "2fa",
        "Walk cache of the guest table for the tables that map 256 TiB each.",
        Source("not documented; as pml4e", .estimate), applies: { $0.guest.levels >= 5 }),
      Setting(
        "pwc.guest.policy", \.guestWalkCaches.policy, "lru", "Replacement in the guest's walk caches.",
        ownChoice),
      Setting(
        "pwc.host.pde", \.hostWalkCaches.pde, "32x4",
        "Walk cache of the real map table for the tables that map 2 MiB each.", walkCacheSource),
      Setting(
        "pwc.host.pdpte", \.hostWalkCaches.pdpte, "4fa",
        "Walk cache of the real map table for the tables that map 1 GiB each.", walkCacheSource,
        applies: { $0.host.levels >= 3 }),
      Setting(
        "pwc.host.pml4e", \.hostWalkCaches.pml4e, "2fa",
        "Walk cache of the real map table for the tables that map 512 GiB each.", walkCacheSource,
        applies: { $0.host.levels >= 4 }),
      Setting(
        "pwc.host.pml5e", \.hostWalkCaches.pml5e, "2fa",
        "Walk cache of the real map table for the tables that map 256 TiB each.",
        Source("not documented; as pml4e", .estimate), applies: { $0.host.levels >= 5 }),
      Setting(
        "pwc.host.policy", \.hostWalkCaches.policy, "lru", "Replacement in the host's walk caches.",
        ownChoice),
      Setting(
        "nested-tlb", \.nestedTLB, "32fa", "Nested TLB, from real to physical pages, used within walks.",
        Source("of 32 entries, an assumption", .estimate)),
      Setting(
        "nested-tlb.policy", \.nestedTLBPolicy, "lru", "Replacement in the nested TLB.", ownChoice,
        applies: { $0.nestedTLB != nil }),
    ]
}

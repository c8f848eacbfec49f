import PageTables
import Results

extension Setting {
  private static let architecture = Source("x86-64, Intel SDM volume 3, section 4.5", .memory)
  private static let ownChoice = Source("a choice of this project", .estimate)
  private static let linux = Source("Linux on x86-64; recalled, not measured (semantics rule 16)", .memory)

  static let tagging: [Setting] = [
    Setting(
      "vpid", \.vpid, "on",
      "Whether entries are tagged with their virtual machine; off flushes TLBs at every exit.",
      Source("every recent core has it; semantics rule 9", .memory)),
    Setting(
      "pcid", \.pcid, "off",
      "Whether the processor has process-context identifiers, which tag entries with their address space: the guest "
        + "model's kernel uses them, and a recorded one where it sets CR4.PCIDE, which off refuses. Without them every "
        + "CR3 load flushes TLBs.", ownChoice),
  ]

  static let guestTables: [Setting] = [
    Setting(
      "guest.levels", \.guest.levels, "4", "Levels of the guest's page tables.", architecture, within: 2...5),
    Setting("guest.page", \.guest.page, "4K", "Which page sizes the guest maps.", ownChoice),
    Setting(
      "guest.allocator", \.guest.allocator, "sequential", "How the guest hands out frames of real memory.",
      ownChoice),
    Setting(
      "guest.fragmentation", \.guest.fragmentation, "0",
      "Share of real memory that holds unmovable single frames, from 0 to 1; of guest.allocator=buddy alone.",
      ownChoice,
      applies: { $0.guest.allocator == .buddy }),
    Setting(
      "guest.kernel", \.guest.kernel, "silent",
      "Whether the accesses of the guest's kernel are added to those of a user trace.",
      Source("semantics rule 17", .derived)),
  ]

  static let guestCounts: [Setting] = [
    Setting(
      "guest.zero-page", \.guest.zeroPage, "off",
      "Whether a read before the first write of a 4 KiB anonymous page maps the shared zero page. A user trace "
        + "shows neither what the kernel wrote nor what was written before recording began: a page that is read "
        + "first was mostly written unseen.", linux),
    Setting(
      "guest.break-stores", \.guest.breakStores, "2",
      "Stores when a write breaks a shared page: 2 clears the entry first, 1 replaces it.", linux,
      within: 1...2),
    Setting(
      "guest.protect-stores", \.guest.protectStores, "2",
      "Stores for each mapped page whose protection changes: 2 clears the entry first.", linux, within: 1...2),
    Setting(
      "guest.exit-stores", \.guest.exitStores, "1",
      "Stores for each mapped page of a process that exits: 1 clears it, 0 frees the tables as they are.",
      linux,
      within: 0...1),
    Setting(
      "guest.table-clears", \.guest.clearsTables, "on",
      "Whether unmapping frees tables that it emptied, with a store that clears the entry of each.", linux),
    Setting(
      "guest.invlpg-limit", \.guest.invlpgLimit, "33",
      "Pages up to which a change is flushed page by page with INVLPG; beyond, by one CR3 load.",
      Source("Linux tlb_single_page_flush_ceiling; recalled, not measured", .memory)),
  ]

  static let hypervisor: [Setting] = [
    Setting(
      "host.levels", \.host.levels, "4", "Levels of the real map tables.", architecture, within: 2...5),
    Setting("host.page", \.host.page, "4K", "Page size of the real map tables.", ownChoice),
    Setting(
      "host.allocator", \.host.allocator, "sequential",
      "How the hypervisor hands out frames of physical memory.",
      ownChoice),
    Setting(
      "host.fragmentation", \.host.fragmentation, "0",
      "Share of physical memory that holds unmovable single frames, from 0 to 1; of host.allocator=buddy alone.",
      ownChoice,
      applies: { $0.host.allocator == .buddy }),
    Setting(
      "host.backing", \.host.backing, "on-demand", "When real memory gets its physical memory.",
      Source("what hypervisors do unless told otherwise", .memory)),
    Setting("vm.memory", \.vm.memory, "16G", "Real memory of each virtual machine, in bytes.", ownChoice),
    Setting(
      "vm.quantum", \.vm.quantum, "100000",
      "Accesses of one virtual machine's turn where several share the machine.", ownChoice),
    Setting(
      "vm.switch-flush", \.vm.switchFlush, "none",
      "What is flushed when another virtual machine gets its turn.", Source("VPID tags entries", .derived)),
    Setting("seed", \.seed, "1", "Seed of every random choice.", ownChoice),
  ]
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records a whole x86-64 guest of QEMU (TCG, one host thread for all vCPUs) between two markers, as the stream that
 * STREAM.md describes.
 *
 * Options: descriptor=N (where the stream goes), ram=FILE (the guest's memory), user=on|off and kernel=on|off (whose
 * accesses are kept), limit=N (instructions, loads and stores kept).
 *
 * Until the start marker nothing is instrumented but markers; then all translations are thrown away and made anew.
 * The guest's memory is a file, which is mapped here too: tables are read there. */
#include "calls.h"
#include "instruction.h"
#include "qemu-plugin-api.h"
#include "stream.h"
#include "tables.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

EXPORT int qemu_plugin_version = 4;

enum { MAXIMUM_VCPUS = 8 };
enum {
  RAX = 0, RCX = 1, RDX = 2, RSP = 4, RSI = 6, RDI = 7, R10 = 10,
  CR0 = 16, CR2, CR3, CR4, EFER, GS_BASE, KERNEL_GS_BASE, REGISTERS
};
#define CR4_LA57 0x1000u
#define EFER_NUMBER 0xc0000080u
/* Where Linux maps the interrupt descriptor table for reading (arch/x86/include/asm/cpu_entry_area.h). */
#define LINUX_IDT 0xfffffe0000000000ull
#define PAGE_FAULT_VECTOR 14

static const char *const register_names[REGISTERS] = {
  "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
  "r12", "r13", "r14", "r15", "cr0", "cr2", "cr3", "cr4", "efer", "gs_base", "k_gs_base",
};

/* A basic block as QEMU translated it; lives as long as the process. */
struct block {
  uint64_t address;
  uint32_t number;
  uint32_t page;
  uint16_t count;
  bool kernel, kept, told, repeats;
  uint8_t sizes[];
};

struct vcpu {
  uint64_t base;            /* The kernel's base of GS, one for each vCPU. */
  uint64_t root;            /* CR3. */
  struct block *block;      /* The block being run, if it is kept. */
  const uint64_t *position; /* The instruction of it that began last; counted by generated code. */
  unsigned begun;           /* Instructions of it begun, once another vCPU runs; 0 while it runs. */
};

enum state { WAITING, INSTRUMENTING, RECORDING, ENDED };

static qemu_plugin_id_t plugin;
static enum state state;
static bool keep_user = true, keep_kernel = true;
static uint64_t limit = UINT64_MAX, kept;
static const char *memory_path;
static const uint8_t *memory;
static uint64_t memory_bytes;
static uintptr_t memory_in_qemu;
static struct qemu_plugin_register *registers[REGISTERS];
static GByteArray *register_bytes;
/* Of elements of one byte, though numbers of eight are stored to them: with one host thread QEMU 10.0 puts the number of
 * the vCPU that translates into the code it makes, a constant, and multiplies that in place by the elements' size, once
 * for every store (accel/tcg/plugin-gen.c, gen_cpu_index and gen_plugin_u64_ptr). The numbers overlap, which does no
 * harm: only that of the block being run is looked at. There is room, as QEMU makes 16 elements at least. */
static struct qemu_plugin_scoreboard *scoreboard;
static struct vcpu vcpus[MAXIMUM_VCPUS];
static struct vcpu *running = vcpus;
static unsigned vcpu_count, vcpus_met;
static uint32_t block_count;
static uint64_t fault_handler;
static uint64_t device_pages[64];
static unsigned device_count;

/* Of the vCPU that runs. */
static uint64_t read_register(int number) {
  uint64_t value = 0;
  g_byte_array_set_size(register_bytes, 0);
  int size = qemu_plugin_read_register(registers[number], register_bytes);
  if (size > 0) memcpy(&value, register_bytes->data, size < 8 ? (size_t)size : 8);
  return value;
}

static void complain(const char *what, const char *which) { fprintf(stderr, "recorder: %s: %s\n", what, which); }

static void end(enum end reason, uint16_t status) {
  if (state != RECORDING) return;
  state = ENDED;
  struct table_audit audit = tables_audit();
  stream_put((struct record){TAG_END, (uint8_t)reason, status, 0, kept});
  stream_pair(audit.loads, audit.wrong_loads);
  stream_pair(audit.marked, audit.wrong);
  stream_flush();
  _exit(0);
}

static void put_header(void) {
  stream_put((struct record){TAG_HEADER, STREAM_VERSION, (uint16_t)vcpu_count, STREAM_MAGIC, memory_bytes});
}

/* Says why nothing is recorded, where a recording would lack something without telling. */
static void refuse(enum end reason) {
  put_header();
  stream_put((struct record){TAG_END, (uint8_t)reason, 0, 0, 0});
  stream_pair(0, 0);
  stream_pair(0, 0);
  stream_flush();
  _exit(0);
}

static void put_control_register(uint8_t number, uint16_t position, uint64_t value) {
  stream_put((struct record){TAG_CONTROL_REGISTER, number, position, 0, value});
}

/* What the translation depends on, told when a vCPU is first seen. */
static void meet(struct vcpu *vcpu) {
  vcpus_met++;
  vcpu->root = read_register(CR3);
  tables_load_root(0, vcpu->root);
  put_control_register(0, NO_POSITION, read_register(CR0));
  put_control_register(3, NO_POSITION, vcpu->root);
  put_control_register(4, NO_POSITION, read_register(CR4));
  put_control_register(8, NO_POSITION, read_register(EFER));
}

/* Which vCPU runs, numbered as they are first seen. QEMU does not say: what it hands to callbacks is the vCPU that
 * translated the code. Linux has an area for each, at the base of GS in the kernel, which SWAPGS keeps elsewhere while
 * the user runs. */
static unsigned vcpu_that_runs(bool in_kernel) {
  if (vcpu_count == 1) return 0;
  uint64_t base = in_kernel ? read_register(GS_BASE) : 0;
  if ((int64_t)base >= 0) base = read_register(KERNEL_GS_BASE);
  unsigned number = 0;
  while (number < vcpus_met && vcpus[number].base != base) number++;
  if (number == vcpu_count) {
    complain("a vCPU cannot be told from the others", "its GS base is new");
    _exit(1);
  }
  vcpus[number].base = base;
  return number;
}

static unsigned begun_instructions(const struct vcpu *vcpu) {
  return vcpu->begun ? vcpu->begun : (unsigned)*vcpu->position + 1;
}

/* Makes the vCPU that runs the one that the stream speaks of. */
static void turn_to_vcpu(bool in_kernel) {
  unsigned number = vcpu_that_runs(in_kernel);
  struct vcpu *vcpu = &vcpus[number];
  if (vcpu != running) {
    if (running->block) {
      running->begun = begun_instructions(running);
      stream_put((struct record){TAG_LEAVE, 0, (uint16_t)running->begun, 0, 0});
    }
    running = vcpu;
    stream_put((struct record){TAG_VCPU, 0, 0, number, 0});
  }
  if (number == vcpus_met) meet(vcpu);
}

static uint16_t current_position(void) { return running->block ? (uint16_t)*running->position : NO_POSITION; }

static void count(unsigned records) {
  kept += records;
  if (kept >= limit) end(END_LIMIT, 0);
}

static struct caller caller_at(uint64_t address) {
  return (struct caller){running->root, address, read_register(RSP)};
}

/* MARK: Running */

static void tell_block(struct block *block) {
  block->told = true;
  block->number = block_count++;
  stream_put((struct record){TAG_BLOCK, block->kernel, block->count, block->page, block->address});
  stream_bytes(block->sizes, block->count);
}

/* Tells how far the block before came, where it was not run to its end and that is not told yet; whether it stopped in
 * its last instruction begun, and that is where `next` goes on. */
static bool leave(struct vcpu *vcpu, const struct block *next) {
  struct block *block = vcpu->block;
  if (!block) return false;
  bool is_told = vcpu->begun != 0;
  unsigned begun = begun_instructions(vcpu);
  vcpu->block = NULL;
  vcpu->begun = 0;
  if (!is_told && (begun < block->count || !next->kept)) {
    stream_put((struct record){TAG_LEAVE, 0, (uint16_t)begun, 0, 0});
  }
  if (!next->repeats) return false;
  uint64_t address = block->address;
  for (unsigned i = 0; i + 1 < begun; i++) address += block->sizes[i];
  return address == next->address;
}

/* `translator` is the vCPU that translated the block. */
static void on_block(unsigned translator, void *data) {
  struct block *block = data;
  if (state != RECORDING) return;
  turn_to_vcpu(block->kernel);
  bool goes_on = leave(running, block);
  uint64_t *position = qemu_plugin_scoreboard_find(scoreboard, translator);
  *position = 0;
  if (!block->kernel && calls_end_at(block->address)) calls_returned(caller_at(block->address), read_register(RAX));
  if (!block->kept) return;
  if (!block->told) tell_block(block);
  running->block = block;
  running->position = position;
  stream_put((struct record){TAG_ENTER, goes_on, 0, block->number, 0});
  count(block->count);
}

static void tell_device(uint64_t real) {
  uint64_t page = real >> 12;
  for (unsigned i = 0; i < device_count; i++) {
    if (device_pages[i] == page) return;
  }
  if (device_count == sizeof device_pages / sizeof *device_pages) return;
  device_pages[device_count++] = page;
  stream_put((struct record){TAG_MEMORY_SLOT, 1, 0, 1, page << 12});
}

static void on_access(unsigned translator, qemu_plugin_meminfo_t information, uint64_t address, void *is_kept) {
  (void)translator;
  if (state != RECORDING) return;
  struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(information, address);
  unsigned shift = qemu_plugin_mem_size_shift(information);
  bool is_store = qemu_plugin_mem_is_store(information);
  bool is_known = place != NULL;
  uint64_t real = is_known ? qemu_plugin_hwaddr_phys_addr(place) : 0;
  bool is_memory = is_known && !qemu_plugin_hwaddr_is_io(place);
  if (is_known && !is_memory) tell_device(real);
  if (is_kept) {
    uint32_t page = is_known ? (uint32_t)(real >> 12) : UNKNOWN_PAGE;
    uint8_t tag = is_store ? TAG_STORE : TAG_LOAD;
    stream_put((struct record){tag, (uint8_t)shift, current_position(), page, address});
  }
  if (is_memory && tables_contain(real)) {
    if (is_store) tables_stored(real, 1u << shift);
    else if (shift == 3) tables_loaded(real, qemu_plugin_mem_get_value(information).data.u64);
  } else if (is_memory && is_store) {
    tables_stored_elsewhere(real, 1u << shift);
  }
  if (is_kept) count(1);
}

static void on_fault(unsigned translator, void *unused) {
  (void)translator;
  (void)unused;
  if (state != RECORDING) return;
  uint64_t frame[3], real, stack = read_register(RSP);
  bool is_known = tables_walk(running->root, stack, &real) && (stack & 4095) <= 4096 - sizeof frame
    && real + sizeof frame <= memory_bytes;
  if (is_known) memcpy(frame, memory + real, sizeof frame);
  else memset(frame, 0, sizeof frame);
  uint8_t privilege = frame[2] & 3;
  stream_put((struct record){TAG_PAGE_FAULT, privilege, is_known, (uint32_t)frame[0], read_register(CR2)});
  stream_pair(frame[1], 0);
}

static uint64_t operand(const struct instruction *one) {
  uint64_t address = (uint64_t)one->displacement;
  if (one->base >= 0) address += read_register(one->base);
  if (one->index >= 0) address += read_register(one->index) << one->shift;
  return address;
}

static void invalidate_context(const struct instruction *one, uint16_t position) {
  uint64_t real, descriptor[2] = {0, 0};
  if (tables_walk(running->root, operand(one), &real) && real + sizeof descriptor <= memory_bytes) {
    memcpy(descriptor, memory + real, sizeof descriptor);
  }
  uint8_t type = read_register(one->reg) & 3;
  stream_put((struct record){TAG_INVPCID, type, position, descriptor[0] & 0xfff, descriptor[1]});
}

/* Before a privileged instruction is run. */
static void on_privileged(unsigned translator, void *data) {
  (void)translator;
  const struct instruction *one = data;
  if (state != RECORDING) return;
  uint16_t position = current_position();
  switch (one->operation) {
  case LOAD_CR0: put_control_register(0, position, read_register(one->reg)); break;
  case LOAD_CR4: put_control_register(4, position, read_register(one->reg)); break;
  case LOAD_CR3: {
    uint64_t before = running->root;
    running->root = read_register(one->reg);
    tables_load_root(before, running->root);
    put_control_register(3, position, running->root);
    break;
  }
  case WRMSR:
    if ((uint32_t)read_register(RCX) != EFER_NUMBER) break;
    put_control_register(8, position, read_register(RDX) << 32 | (uint32_t)read_register(RAX));
    break;
  case INVLPG: stream_put((struct record){TAG_INVLPG, 0, position, 0, operand(one)}); break;
  case INVPCID: invalidate_context(one, position); break;
  default: break;
  }
}

/* Before a program makes a system call; `next` is the address of the instruction behind. */
static void on_system_call(unsigned translator, void *next) {
  (void)translator;
  if (state != RECORDING) return;
  const uint64_t arguments[CALL_ARGUMENTS] = {
    read_register(RDI), read_register(RSI), read_register(RDX), read_register(R10),
  };
  calls_made(caller_at((uintptr_t)next), (uint32_t)read_register(RAX), arguments);
}

/* MARK: Markers */

/* Where QEMU has the guest's memory. */
static uintptr_t find_memory_in_qemu(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4096];
  uintptr_t found = 0;
  while (maps && fgets(line, sizeof line, maps)) {
    uintptr_t start;
    uint64_t offset;
    char access[8];
    if (!strstr(line, memory_path)) continue;
    if (sscanf(line, "%" SCNxPTR "-%*x %7s %" SCNx64, &start, access, &offset) != 3 || access[1] != 'w') continue;
    found = start - offset;
    break;
  }
  if (maps) fclose(maps);
  return found;
}

static uint64_t find_fault_handler(uint64_t root) {
  uint64_t real, gate[2];
  if (!tables_walk(root, LINUX_IDT + PAGE_FAULT_VECTOR * sizeof gate, &real)) return 0;
  if (real + sizeof gate > memory_bytes) return 0;
  memcpy(gate, memory + real, sizeof gate);
  bool is_present_gate = (gate[0] >> 47 & 1) && (gate[0] >> 40 & 0xe) == 0xe;
  return is_present_gate ? (gate[0] & 0xffff) | (gate[0] >> 32 & 0xffff0000) | gate[1] << 32 : 0;
}

static void begin(void) {
  put_header();
  stream_put((struct record){TAG_MEMORY_SLOT, 0, 0, (uint32_t)(memory_bytes >> 12), 0});
  state = RECORDING;
  turn_to_vcpu(false);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *translation);

static void on_reset(qemu_plugin_id_t id) { qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation); }

static void on_marker(unsigned translator, void *data) {
  (void)translator;
  unsigned marker = (unsigned)(uintptr_t)data;
  if (marker == MARK_START && state == WAITING) {
    state = INSTRUMENTING;
    tables_set_levels(read_register(CR4) & CR4_LA57 ? 5 : 4);
    fault_handler = find_fault_handler(read_register(CR3));
    if (!fault_handler) refuse(END_NO_FAULT_HANDLER);
    memory_in_qemu = find_memory_in_qemu();
    if (!memory_in_qemu) refuse(END_NO_MEMORY);
    qemu_plugin_reset(plugin, on_reset);
  } else if (marker == MARK_START && state == INSTRUMENTING && read_register(RAX) == 0) {
    begin();
  } else if (marker == MARK_STOP && state == RECORDING) {
    end(END_STOP_MARKER, (uint16_t)read_register(RAX));
  } else if (marker >> 8 == MARK_PHASE >> 8 && state == RECORDING) {
    stream_put((struct record){TAG_PHASE, 0, current_position(), marker & 0xff, 0});
  }
}

/* MARK: Translating */

static size_t read_instruction(const struct qemu_plugin_insn *instruction, uint8_t bytes[16]) {
  memset(bytes, 0, 16);
  size_t size = qemu_plugin_insn_size(instruction);
  qemu_plugin_insn_data(instruction, bytes, size < 15 ? size : 15);
  return size;
}

/* Until the start marker: markers are looked for in user code, and nothing else is done. */
static void on_early_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *translation) {
  (void)id;
  if ((int64_t)qemu_plugin_tb_vaddr(translation) < 0) return;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(translation); i++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translation, i);
    uint8_t bytes[16];
    size_t size = read_instruction(instruction, bytes);
    struct instruction one = instruction_decode(bytes, size, 0);
    if (one.operation != MARKER) continue;
    qemu_plugin_register_vcpu_insn_exec_cb(
      instruction, on_marker, QEMU_PLUGIN_CB_R_REGS, (void *)(uintptr_t)one.marker);
  }
}

static struct block *make_block(struct qemu_plugin_tb *translation) {
  size_t count = qemu_plugin_tb_n_insns(translation);
  struct block *block = calloc(1, sizeof *block + count);
  uintptr_t host = (uintptr_t)qemu_plugin_insn_haddr(qemu_plugin_tb_get_insn(translation, 0));
  block->address = qemu_plugin_tb_vaddr(translation);
  block->count = (uint16_t)count;
  block->kernel = (int64_t)block->address < 0;
  block->kept = block->kernel ? keep_kernel : keep_user;
  bool is_known = host >= memory_in_qemu && host - memory_in_qemu < memory_bytes;
  block->page = is_known ? (uint32_t)((host - memory_in_qemu) >> 12) : UNKNOWN_PAGE;
  return block;
}

static void instrument(struct qemu_plugin_insn *instruction, struct block *block, size_t i) {
  uint8_t bytes[16];
  size_t size = read_instruction(instruction, bytes);
  struct instruction one = instruction_decode(bytes, size, qemu_plugin_insn_vaddr(instruction));
  block->sizes[i] = (uint8_t)size;
  if (i == 0) block->repeats = instruction_repeats(bytes, size);
  if (block->kept && i > 0) {
    qemu_plugin_u64 position = {scoreboard, 0};
    qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(instruction, QEMU_PLUGIN_INLINE_STORE_U64, position, i);
  }
  if (one.operation == MARKER) {
    qemu_plugin_register_vcpu_insn_exec_cb(
      instruction, on_marker, QEMU_PLUGIN_CB_R_REGS, (void *)(uintptr_t)one.marker);
  } else if (one.operation == SYSTEM_CALL && !block->kernel) {
    void *next = (void *)(uintptr_t)(qemu_plugin_insn_vaddr(instruction) + size);
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_system_call, QEMU_PLUGIN_CB_R_REGS, next);
  } else if (one.operation != ORDINARY && block->kernel) {
    struct instruction *copy = malloc(sizeof one);
    *copy = one;
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_privileged, QEMU_PLUGIN_CB_R_REGS, copy);
  }
  /* What a program fills may become a table, also where its accesses are not kept. */
  enum qemu_plugin_mem_rw which = block->kept || block->kernel ? QEMU_PLUGIN_MEM_RW : QEMU_PLUGIN_MEM_W;
  qemu_plugin_register_vcpu_mem_cb(
    instruction, on_access, QEMU_PLUGIN_CB_NO_REGS, which, (void *)(uintptr_t)block->kept);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *translation) {
  (void)id;
  struct block *block = make_block(translation);
  qemu_plugin_register_vcpu_tb_exec_cb(translation, on_block, QEMU_PLUGIN_CB_R_REGS, block);
  if (block->address == fault_handler) {
    qemu_plugin_register_vcpu_insn_exec_cb(
      qemu_plugin_tb_get_insn(translation, 0), on_fault, QEMU_PLUGIN_CB_R_REGS, NULL);
  }
  for (size_t i = 0; i < block->count; i++) instrument(qemu_plugin_tb_get_insn(translation, i), block, i);
}

/* MARK: Setting up */

/* All vCPUs have the same registers under the same handles. */
static void on_vcpu(qemu_plugin_id_t id, unsigned index) {
  (void)id;
  if (index > 0) return;
  GArray *all = qemu_plugin_get_registers();
  const qemu_plugin_reg_descriptor *descriptors = (const void *)all->data;
  for (int number = 0; number < REGISTERS; number++) {
    for (unsigned i = 0; i < all->len; i++) {
      if (strcmp(descriptors[i].name, register_names[number]) == 0) registers[number] = descriptors[i].handle;
    }
    if (registers[number]) continue;
    complain("QEMU does not show the register", register_names[number]);
    _exit(1);
  }
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *unused) {
  (void)id;
  (void)unused;
  end(END_GUEST_ENDED, 0);
}

static bool open_memory(void) {
  struct stat status;
  int file = memory_path ? open(memory_path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0 || fstat(file, &status) != 0) return false;
  memory_bytes = (uint64_t)status.st_size;
  void *start = mmap(NULL, memory_bytes, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (start == MAP_FAILED) return false;
  memory = start;
  tables_open(memory, memory_bytes);
  return true;
}

static bool read_option(const char *option) {
  const char *value = strchr(option, '=');
  if (!value) return false;
  size_t length = (size_t)(++value - option);
  bool is_on = strcmp(value, "on") == 0;
  if (!strncmp(option, "descriptor=", length)) stream_open(atoi(value));
  else if (!strncmp(option, "ram=", length)) memory_path = strdup(value);
  else if (!strncmp(option, "user=", length)) keep_user = is_on;
  else if (!strncmp(option, "kernel=", length)) keep_kernel = is_on;
  else if (!strncmp(option, "limit=", length)) limit = strtoull(value, NULL, 10);
  else return false;
  return true;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *information, int count, char **options) {
  plugin = id;
  for (int i = 0; i < count; i++) {
    if (read_option(options[i])) continue;
    complain("unknown option", options[i]);
    return 1;
  }
  if (strcmp(information->target_name, "x86_64") != 0 || !open_memory()) {
    complain("needs an x86-64 guest, and its memory in a file that ram= names", information->target_name);
    return 1;
  }
  vcpu_count = (unsigned)information->system.smp_vcpus;
  if (vcpu_count > MAXIMUM_VCPUS) {
    complain("so many vCPUs cannot be recorded", "more than 8");
    return 1;
  }
  register_bytes = g_byte_array_new();
  scoreboard = qemu_plugin_scoreboard_new(1);
  qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_early_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// What a plain C loop does with the addresses of a trace in memory: the yardstick of Pagewalk's replay speed.
//
//     pagewalk export --format text TRACE | tlb pack > LOOKUPS
//     tlb data|split|walk LOOKUPS [REPEAT]
//     zcat LOOKUPS.gz | tlb data|split|walk -
//
// data   a two-level TLB over loads, stores and modifies: 64x4, then 1536x12; LRU as rows in move-to-front order.
// split  the same behind split first levels: 128x8 for instructions, 64x4 for data.
// walk   as split, and every second-level miss takes a 4-level by 4-level nested walk with page-walk caches (2, 4 and
//        32 in 4 ways) in each dimension and a nested TLB of 32, over tables in memory. A first access to a page also
//        takes the walk that finds no entry, and a write through a TLB entry whose dirty bit is clear the walk that sets
//        it, in both levels.
//
// LOOKUPS holds addresses as little-endian 64-bit words, in program order. An access that crosses a 4 KiB boundary is
// two lookups, the lower page first. Prints the counts of one pass from empty TLBs and empty tables, and the best of
// REPEAT passes in millions of accesses a second of CPU time; with - in place of a file, the counts alone. Events are
// ignored.

#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint64_t u64;

// Input -------------------------------------------------------------------------------------------------------------

// A lookup is an address with these bits, which user addresses leave free: it is an instruction's; it is the upper
// part of an access that was counted with the lower; it writes.
#define FETCH ((u64)1 << 63)
#define UPPER ((u64)1 << 62)
#define WRITE ((u64)1 << 61)
#define MARKS (FETCH | UPPER | WRITE)

enum { at_once = 1 << 16 };

enum mode { data, split, walk };

typedef struct {
  u64 *items;
  size_t count, capacity, accesses;
} Lookups;

static void fail(const char *what) {
  fprintf(stderr, "tlb: %s\n", what);
  exit(1);
}

static void push(Lookups *lookups, u64 item) {
  if (lookups->count == lookups->capacity) {
    lookups->capacity = lookups->capacity ? lookups->capacity * 2 : 1 << 20;
    lookups->items = realloc(lookups->items, lookups->capacity * sizeof(u64));
    if (!lookups->items) fail("out of memory");
  }
  lookups->items[lookups->count++] = item;
}

// Appends the next lookups of a file, with the marks that the mode looks at; false at its end.
static bool read_some(FILE *file, enum mode mode, Lookups *lookups) {
  static u64 buffer[at_once];
  size_t read = fread(buffer, sizeof(u64), at_once, file);
  u64 dropped = mode == walk ? UPPER : UPPER | WRITE;
  for (size_t i = 0; i < read; i++) {
    if (buffer[i] & FETCH && mode == data) continue;
    lookups->accesses += !(buffer[i] & UPPER);
    push(lookups, buffer[i] & ~dropped);
  }
  return read > 0;
}

// Words that may stand before an access: the owner's.
static char *skip_owner(char *line) {
  for (;;) {
    if (!strncmp(line, "unknown ", 8)) {
      line += 8;
      continue;
    }
    bool is_owner = !strncmp(line, "vm ", 3) || !strncmp(line, "vcpu ", 5) || !strncmp(line, "process ", 8) ||
                    !strncmp(line, "thread ", 7);
    if (!is_owner) return line;
    line = strchr(line, ' ') + 1;
    strtoull(line, &line, 10);
    if (*line == ' ') line++;
  }
}

static void put(u64 item) { fwrite(&item, sizeof item, 1, stdout); }

// The text form to lookups.
static void pack(void) {
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    char *word = skip_owner(line);
    bool is_fetch = !strncmp(word, "fetch ", 6);
    if (!is_fetch && strncmp(word, "load ", 5) && strncmp(word, "store ", 6) && strncmp(word, "modify ", 7)) continue;
    char *end;
    u64 address = strtoull(strchr(word, ' ') + 1, &end, 16);
    u64 bytes = strtoull(end, NULL, 10);
    u64 last = address + (bytes ? bytes - 1 : 0), mark = is_fetch ? FETCH : word[0] == 'l' ? 0 : WRITE;
    if (last >= WRITE) fail("an address of the upper half; this program is for traces of user programs");
    put(address | mark);
    if (last >> 12 != address >> 12) put((last & ~(u64)4095) | mark | UPPER);
  }
  free(line);
}

// Set-associative rows, most recent first ---------------------------------------------------------------------------

// Keys are stored plus one, so that 0 is free, and compared without the bits that the entry carries besides. True where
// the key was there; its entry is in front afterwards.
static inline __attribute__((always_inline)) bool touch(u64 *row, int ways, u64 key, u64 besides) {
  key++;
  if ((row[0] & ~besides) == key) return true;
  u64 moved = row[0];
  for (int way = 1; way < ways; way++) {
    u64 here = row[way];
    row[way] = moved;
    if ((here & ~besides) == key) {
      row[0] = here;
      return true;
    }
    moved = here;
  }
  row[0] = key;
  return false;
}

static u64 l1d[16][4], l1i[16][8], l2[128][12];

typedef struct {
  // Misses of each level, walks' references by table, those of walks that found no entry, and walks for dirty bits.
  u64 l1d, l1i, l2, guest, host, faulting, dirty_walks, dirty;
} Counts;

static void run_data(const Lookups *lookups, Counts *total) {
  Counts counts = *total;
  for (size_t i = 0; i < lookups->count; i++) {
    u64 page = lookups->items[i] >> 12;
    if (touch(l1d[page & 15], 4, page, 0)) continue;
    counts.l1d++;
    if (!touch(l2[page & 127], 12, page, 0)) counts.l2++;
  }
  *total = counts;
}

static void run_split(const Lookups *lookups, Counts *total) {
  Counts counts = *total;
  for (size_t i = 0; i < lookups->count; i++) {
    u64 item = lookups->items[i], page = (item & ~FETCH) >> 12;
    if (item & FETCH) {
      if (touch(l1i[page & 15], 8, page, 0)) continue;
      counts.l1i++;
    } else {
      if (touch(l1d[page & 15], 4, page, 0)) continue;
      counts.l1d++;
    }
    if (!touch(l2[page & 127], 12, page, 0)) counts.l2++;
  }
  *total = counts;
}

// Nested walk -------------------------------------------------------------------------------------------------------

// Tables are arrays of 512 entries at frame numbers of their own memory; entries are frame numbers, 0 is absent. Both
// memories are one C array each, so a walk reads real memory at the addresses that a page table would. The guest hands
// out the frames of pages and tables in order, the page's before those of its tables; frame 0 is nobody's, the root is 1.
typedef struct {
  u64 *words;
  u64 frames, capacity;
} Memory;

static Memory guest, host;

enum { root = 1 };

// Of a guest leaf: the page was written. Of a TLB entry: writes need no further walk.
#define DIRTY ((u64)1 << 62)

// The walk caches of one dimension: the table below each of the upper three entries.
typedef struct {
  u64 key[3][8][4], table[3][8][4];
} WalkCache;

static const int cache_ways[3] = {4, 4, 2}, cache_sets[3] = {8, 1, 1};

static WalkCache guest_cache, host_cache;
static u64 nested_key[32], nested_frame[32];

static u64 new_frame(Memory *memory) {
  if (memory->frames == memory->capacity) {
    u64 capacity = memory->capacity ? memory->capacity * 2 : 1024;
    memory->words = realloc(memory->words, capacity * 4096);
    if (!memory->words) fail("out of memory");
    memset(memory->words + memory->capacity * 512, 0, (capacity - memory->capacity) * 4096);
    memory->capacity = capacity;
  }
  return memory->frames++;
}

static bool find(u64 *keys, u64 *values, int ways, u64 key, u64 *value) {
  for (int way = 0; way < ways; way++) {
    if (keys[way] != key + 1) continue;
    *value = values[way];
    for (; way > 0; way--) keys[way] = keys[way - 1], values[way] = values[way - 1];
    keys[0] = key + 1, values[0] = *value;
    return true;
  }
  return false;
}

static void enter(u64 *keys, u64 *values, int ways, u64 key, u64 value) {
  for (int way = ways - 1; way > 0; way--) keys[way] = keys[way - 1], values[way] = values[way - 1];
  keys[0] = key + 1, values[0] = value;
}

// The deepest table known for a page number, and its level.
static int start(WalkCache *cache, u64 page, u64 *table) {
  for (int depth = 0; depth < 3; depth++) {
    u64 key = page >> (9 * (depth + 1));
    int set = (int)(key % (u64)cache_sets[depth]);
    if (find(cache->key[depth][set], cache->table[depth][set], cache_ways[depth], key, table)) return depth + 1;
  }
  *table = root;
  return 4;
}

static void remember(WalkCache *cache, u64 page, int level, u64 table) {
  u64 key = page >> (9 * level);
  int set = (int)(key % (u64)cache_sets[level - 1]);
  enter(cache->key[level - 1][set], cache->table[level - 1][set], cache_ways[level - 1], key, table);
}

// The frame behind a real page, by nested TLB or host walk; absent entries are made on the way.
static u64 host_frame(u64 real, u64 *references) {
  u64 frame;
  if (find(nested_key, nested_frame, 32, real, &frame)) return frame;
  u64 table;
  for (int level = start(&host_cache, real, &table); level > 0; level--) {
    u64 place = table * 512 + (real >> (9 * (level - 1)) & 511);
    ++*references;
    if (!host.words[place]) {
      u64 made = level > 1 ? new_frame(&host) : real + 1;  // contiguous backing
      host.words[place] = made;
    }
    table = host.words[place];
    if (level > 1) remember(&host_cache, real, level - 1, table);
  }
  enter(nested_key, nested_frame, 32, real, table);
  return table;
}

static u64 *entry(u64 table, u64 page, int level) {
  return &guest.words[table * 512 + (page >> (9 * (level - 1)) & 511)];
}

// The leaf of a page, or NULL where an entry on the way is absent. What a cached table lies in is known with it.
static u64 *nested_walk(u64 page, u64 *guest_references, u64 *host_references) {
  u64 table;
  int level = start(&guest_cache, page, &table);
  if (level == 4) host_frame(table, host_references);
  for (;;) {
    u64 *place = entry(table, page, level);
    ++*guest_references;
    if (!*place) return NULL;
    if (level == 1) {
      host_frame(*place & ~DIRTY, host_references);
      return place;
    }
    table = *place;
    level--;
    host_frame(table, host_references);
    remember(&guest_cache, page, level, table);
  }
}

// What the kernel does on a page fault.
static void map(u64 page) {
  u64 frame = new_frame(&guest), table = root;
  for (int level = 4; level > 1; level--) {
    if (!*entry(table, page, level)) {
      u64 made = new_frame(&guest);
      *entry(table, page, level) = made;
    }
    table = *entry(table, page, level);
  }
  *entry(table, page, 1) = frame;
}

// The walk of a second-level miss; the TLB entry's dirty bit.
static u64 fill(u64 page, bool writes, Counts *counts) {
  u64 guest_references = 0, host_references = 0;
  u64 *leaf = nested_walk(page, &guest_references, &host_references);
  if (!leaf) {
    counts->faulting += guest_references + host_references;
    guest_references = host_references = 0;
    map(page);
    leaf = nested_walk(page, &guest_references, &host_references);
  }
  counts->guest += guest_references;
  counts->host += host_references;
  if (writes) *leaf |= DIRTY;
  return *leaf & DIRTY;
}

// The walk of a first write through a TLB entry.
static void make_dirty(u64 page, Counts *counts) {
  counts->dirty_walks++;
  *nested_walk(page, &counts->dirty, &counts->dirty) |= DIRTY;
}

static void run_walk(const Lookups *lookups, Counts *total) {
  Counts counts = *total;
  for (size_t i = 0; i < lookups->count; i++) {
    u64 item = lookups->items[i], page = (item & ~MARKS) >> 12;
    bool writes = item & WRITE;
    u64 *first = item & FETCH ? l1i[page & 15] : l1d[page & 15], *second = l2[page & 127];
    if (!(item & FETCH ? touch(first, 8, page, DIRTY) : touch(first, 4, page, DIRTY))) {
      *(item & FETCH ? &counts.l1i : &counts.l1d) += 1;
      if (!touch(second, 12, page, DIRTY)) {
        counts.l2++;
        second[0] |= fill(page, writes, &counts);
      }
      first[0] = second[0];
    }
    if (writes && !(first[0] & DIRTY)) {
      make_dirty(page, &counts);
      first[0] |= DIRTY;
      for (int way = 0; way < 12; way++) {
        if ((second[way] & ~DIRTY) == page + 1) second[way] |= DIRTY;
      }
    }
  }
  *total = counts;
}

// Measuring ---------------------------------------------------------------------------------------------------------

static double cpu_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void empty(Memory *memory) {
  if (memory->words) memset(memory->words, 0, memory->frames * 4096);
  memory->frames = 0;
  while (memory->frames <= root) new_frame(memory);
}

static void empty_everything(void) {
  memset(l1d, 0, sizeof l1d);
  memset(l1i, 0, sizeof l1i);
  memset(l2, 0, sizeof l2);
  memset(&guest_cache, 0, sizeof guest_cache);
  memset(&host_cache, 0, sizeof host_cache);
  memset(nested_key, 0, sizeof nested_key);
  empty(&guest);
  empty(&host);
}

static void run(enum mode mode, const Lookups *lookups, Counts *counts) {
  if (mode == data) run_data(lookups, counts);
  if (mode == split) run_split(lookups, counts);
  if (mode == walk) run_walk(lookups, counts);
}

int main(int count, char **arguments) {
  static const char *names[] = {"data", "split", "walk"};
  if (count == 2 && !strcmp(arguments[1], "pack")) {
    pack();
    return 0;
  }
  enum mode mode = data;
  while (count > 2 && mode <= walk && strcmp(arguments[1], names[mode])) mode++;
  int repeat = count > 3 ? atoi(arguments[3]) : 5;
  if (count < 3 || mode > walk || repeat < 1) {
    fail("usage: tlb pack < TEXT > LOOKUPS, or tlb data|split|walk LOOKUPS [REPEAT], or tlb data|split|walk -");
  }
  bool is_stream = !strcmp(arguments[2], "-");
  FILE *file = is_stream ? stdin : fopen(arguments[2], "rb");
  if (!file) fail("cannot open the lookups");

  Lookups lookups = {0};
  Counts counts = {0};
  u64 total = 0;
  empty_everything();
  while (read_some(file, mode, &lookups)) {
    if (!is_stream) continue;
    run(mode, &lookups, &counts);
    total += lookups.count;
    lookups.count = 0;
  }
  double best = 0;
  for (int pass = 0; pass < repeat && !is_stream; pass++) {
    empty_everything();
    counts = (Counts){0};
    double before = cpu_seconds();
    run(mode, &lookups, &counts);
    double seconds = cpu_seconds() - before;
    if (pass == 0 || seconds < best) best = seconds;
    total = lookups.count;
  }
  if (!total) fail("no lookups");
  printf("mode=%s accesses=%zu lookups=%" PRIu64 " l1d_misses=%" PRIu64 " l1i_misses=%" PRIu64 " l2_misses=%" PRIu64,
         names[mode], lookups.accesses, total, counts.l1d, counts.l1i, counts.l2);
  if (mode == walk) {
    printf(" walk_references_guest=%" PRIu64 " walk_references_host=%" PRIu64 " walk_references_faulting=%" PRIu64
           " dirty_walks=%" PRIu64 " dirty_walk_references=%" PRIu64,
           counts.guest, counts.host, counts.faulting, counts.dirty_walks, counts.dirty);
  }
  if (!is_stream) {
    printf(" seconds=%.6f million_accesses_per_second=%.2f", best, (double)lookups.accesses / best / 1e6);
  }
  printf("\n");
  return 0;
}

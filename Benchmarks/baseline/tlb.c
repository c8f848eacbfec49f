// SPDX-License-Identifier: Apache-2.0
//
// What a plain C loop does with the addresses of a trace in memory: the yardstick of Pagewalk's replay speed.
//
//     pagewalk export --format text TRACE | tlb pack > LOOKUPS
//     tlb data|split|walk LOOKUPS [REPEAT]
//
// data   a two-level TLB over loads, stores and modifies: 64x4, then 1536x12; LRU as rows in move-to-front order.
// split  the same behind split first levels: 128x8 for instructions, 64x4 for data.
// walk   as split, and every second-level miss takes a 4-level by 4-level nested walk with page-walk caches (2, 4 and
//        32 in 4 ways) in each dimension and a nested TLB of 32, over tables in memory.
//
// LOOKUPS holds addresses as little-endian 64-bit words, in program order. An access that crosses a 4 KiB boundary is
// two lookups, the lower page first. Prints the best of REPEAT passes in millions of accesses a second of CPU time, and
// the misses of one pass from empty TLBs. Events are ignored.

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
// part of an access that was counted with the lower.
#define FETCH ((u64)1 << 63)
#define UPPER ((u64)1 << 62)

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

static Lookups read_lookups(const char *path, bool with_instructions) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open the lookups");
  Lookups lookups = {0};
  static u64 buffer[1 << 16];
  size_t read;
  while ((read = fread(buffer, sizeof(u64), sizeof buffer / sizeof(u64), file)) > 0) {
    for (size_t i = 0; i < read; i++) {
      if (buffer[i] & FETCH && !with_instructions) continue;
      lookups.accesses += !(buffer[i] & UPPER);
      push(&lookups, buffer[i] & ~UPPER);
    }
  }
  fclose(file);
  if (!lookups.count) fail("no lookups");
  return lookups;
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
    u64 last = address + (bytes ? bytes - 1 : 0), mark = is_fetch ? FETCH : 0;
    if (last >= UPPER) fail("an address of the upper half; this program is for traces of user programs");
    put(address | mark);
    if (last >> 12 != address >> 12) put((last & ~(u64)4095) | mark | UPPER);
  }
  free(line);
}

// Set-associative rows, most recent first ---------------------------------------------------------------------------

// Keys are stored plus one, so that 0 is free. True where the key was there; it is in front afterwards.
static inline __attribute__((always_inline)) bool touch(u64 *row, int ways, u64 key) {
  key++;
  if (row[0] == key) return true;
  u64 moved = row[0];
  for (int way = 1; way < ways; way++) {
    u64 here = row[way];
    row[way] = moved;
    if (here == key) {
      row[0] = key;
      return true;
    }
    moved = here;
  }
  row[0] = key;
  return false;
}

static u64 l1d[16][4], l1i[16][8], l2[128][12];

typedef struct {
  u64 l1d, l1i, l2, references;
} Misses;

static Misses run_data(const Lookups *lookups) {
  Misses misses = {0};
  for (size_t i = 0; i < lookups->count; i++) {
    u64 page = lookups->items[i] >> 12;
    if (touch(l1d[page & 15], 4, page)) continue;
    misses.l1d++;
    if (!touch(l2[page & 127], 12, page)) misses.l2++;
  }
  return misses;
}

// Nested walk -------------------------------------------------------------------------------------------------------

// Tables are arrays of 512 entries at frame numbers of their own memory; entries are frame numbers, 0 is absent. Both
// memories are one C array each, so a walk reads real memory at the addresses that a page table would.
typedef struct {
  u64 *words;
  u64 frames, capacity;
} Memory;

static Memory guest, host;

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
  *table = 0;
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

static u64 data_pages;

static void nested_walk(u64 page, u64 *references) {
  u64 table;
  for (int level = start(&guest_cache, page, &table); level > 0; level--) {
    host_frame(table, references);
    u64 place = table * 512 + (page >> (9 * (level - 1)) & 511);
    ++*references;
    if (!guest.words[place]) {
      u64 made = level > 1 ? new_frame(&guest) : ((u64)1 << 30) + data_pages++;
      guest.words[place] = made;
    }
    table = guest.words[place];
    if (level > 1) remember(&guest_cache, page, level - 1, table);
  }
  host_frame(table, references);
}

static inline __attribute__((always_inline)) Misses run_split(const Lookups *lookups, bool walking) {
  Misses misses = {0};
  for (size_t i = 0; i < lookups->count; i++) {
    u64 item = lookups->items[i], page = (item & ~FETCH) >> 12;
    if (item & FETCH) {
      if (touch(l1i[page & 15], 8, page)) continue;
      misses.l1i++;
    } else {
      if (touch(l1d[page & 15], 4, page)) continue;
      misses.l1d++;
    }
    if (touch(l2[page & 127], 12, page)) continue;
    misses.l2++;
    if (walking) nested_walk(page, &misses.references);
  }
  return misses;
}

// Measuring ---------------------------------------------------------------------------------------------------------

static double cpu_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void empty_everything(void) {
  memset(l1d, 0, sizeof l1d);
  memset(l1i, 0, sizeof l1i);
  memset(l2, 0, sizeof l2);
  memset(&guest_cache, 0, sizeof guest_cache);
  memset(&host_cache, 0, sizeof host_cache);
  memset(nested_key, 0, sizeof nested_key);
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "pack")) {
    pack();
    return 0;
  }
  const char *mode = count > 2 ? arguments[1] : "";
  bool is_data = !strcmp(mode, "data"), is_walk = !strcmp(mode, "walk");
  int repeat = count > 3 ? atoi(arguments[3]) : 5;
  if ((!is_data && !is_walk && strcmp(mode, "split")) || repeat < 1) {
    fail("usage: tlb pack < TEXT > LOOKUPS, or tlb data|split|walk LOOKUPS [REPEAT]");
  }

  Lookups lookups = read_lookups(arguments[2], !is_data);
  if (is_walk) new_frame(&guest), new_frame(&host);  // the roots are frame 0
  double best = 0;
  Misses misses = {0};
  for (int pass = 0; pass < repeat; pass++) {
    empty_everything();
    double before = cpu_seconds();
    misses = is_data ? run_data(&lookups) : run_split(&lookups, is_walk);
    double seconds = cpu_seconds() - before;
    if (pass == 0 || seconds < best) best = seconds;
  }
  printf("mode=%s accesses=%zu lookups=%zu l1d_misses=%" PRIu64 " l1i_misses=%" PRIu64 " l2_misses=%" PRIu64
         " walk_references=%" PRIu64 " seconds=%.6f million_accesses_per_second=%.2f\n",
         mode, lookups.accesses, lookups.count, misses.l1d, misses.l1i, misses.l2, misses.references, best,
         (double)lookups.accesses / best / 1e6);
  return 0;
}

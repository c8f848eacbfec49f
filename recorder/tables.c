/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"
#include "stream.h"
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 512, LARGE_LEVEL = 3, USER_HALF = 256 };
#define PRESENT 1ull
#define LARGE 0x80ull
#define ACCESSED_DIRTY 0x60ull
#define ADDRESS_BITS 0x000ffffffffff000ull

static const uint8_t *memory;
static uint64_t frames;
static int root_level = 4;
/* Of each frame: the level at which it is a table (0: it is none), the entries that lead to it, its entries as told; of
 * one that is no table, the stores to it since it was last clear. */
static uint8_t *levels;
static uint32_t *parents, *loaded, *stores;
static uint64_t **shadows;
static struct table_audit audit;

void tables_open(const uint8_t *start, uint64_t bytes) {
  memory = start;
  frames = bytes >> 12;
  levels = calloc(frames, sizeof *levels);
  parents = calloc(frames, sizeof *parents);
  loaded = calloc(frames, sizeof *loaded);
  stores = calloc(frames, sizeof *stores);
  shadows = calloc(frames, sizeof *shadows);
}

void tables_set_levels(int levels) { root_level = levels; }

static const uint64_t *contents(uint64_t frame) { return (const uint64_t *)(memory + (frame << 12)); }
static uint64_t frame_of(uint64_t entry) { return (entry & ADDRESS_BITS) >> 12; }

static bool leads_to_table(uint64_t entry, int level) {
  return level > 1 && (entry & PRESENT) && !(level <= LARGE_LEVEL && (entry & LARGE)) && frame_of(entry) < frames;
}

bool tables_walk(uint64_t root, uint64_t address, uint64_t *real) {
  uint64_t frame = frame_of(root);
  for (int level = root_level; level >= 1; level--) {
    if (frame >= frames) return false;
    uint64_t span = 1ull << (12 + 9 * (level - 1));
    uint64_t entry = contents(frame)[address / span % ENTRIES];
    if (!(entry & PRESENT)) return false;
    if (level == 1 || (level <= LARGE_LEVEL && (entry & LARGE))) {
      *real = (entry & ADDRESS_BITS & ~(span - 1)) | (address & (span - 1));
      return true;
    }
    frame = frame_of(entry);
  }
  return false;
}

static void link_child(uint64_t entry, int level);

/* Tells a table's contents, those of the tables below it first. */
static void link_table(uint64_t frame, int level) {
  levels[frame] = (uint8_t)level;
  parents[frame] = 0;
  uint64_t *shadow = shadows[frame] = malloc(4096);
  memcpy(shadow, contents(frame), 4096);
  uint16_t count = 0;
  for (int i = 0; i < ENTRIES; i++) {
    link_child(shadow[i], level);
    if (shadow[i]) count++;
  }
  stream_put((struct record){TAG_TABLE_LINKED, (uint8_t)level, count, (uint32_t)frame, stores[frame]});
  for (int i = 0; i < ENTRIES; i++) {
    if (shadow[i]) stream_pair((uint64_t)i, shadow[i]);
  }
}

static void link_child(uint64_t entry, int level) {
  if (!leads_to_table(entry, level)) return;
  uint64_t child = frame_of(entry);
  if (!levels[child]) link_table(child, level - 1);
  if (levels[child] == level - 1) parents[child]++;
}

static void unlink_child(uint64_t entry, int level);

static void drop_table(uint64_t frame, enum tag tag) {
  int level = levels[frame];
  uint64_t *shadow = shadows[frame];
  levels[frame] = 0;
  stores[frame] = 0;
  shadows[frame] = NULL;
  stream_put((struct record){(uint8_t)tag, 0, 0, (uint32_t)frame, 0});
  for (int i = 0; i < ENTRIES; i++) unlink_child(shadow[i], level);
  free(shadow);
}

static void unlink_child(uint64_t entry, int level) {
  if (!leads_to_table(entry, level)) return;
  uint64_t child = frame_of(entry);
  if (levels[child] == level - 1 && --parents[child] == 0) drop_table(child, TAG_TABLE_UNLINKED);
}

/* A root that no vCPU has loaded and that maps nothing of the user's has been given up: nothing else tells. Should
 * it be loaded all the same, it is told anew. */
static void retire_if_empty(uint64_t root) {
  if (root >= frames || levels[root] != root_level || loaded[root]) return;
  for (int i = 0; i < USER_HALF; i++) {
    if (shadows[root][i]) return;
  }
  drop_table(root, TAG_ROOT_RETIRED);
}

void tables_load_root(uint64_t previous, uint64_t root) {
  uint64_t frame = frame_of(root), before = frame_of(previous);
  if (frame < frames) {
    loaded[frame]++;
    if (!levels[frame]) link_table(frame, root_level);
  }
  if (previous && before < frames) {
    loaded[before]--;
    retire_if_empty(before);
  }
}

bool tables_contain(uint64_t real) { return real >> 12 < frames && levels[real >> 12]; }

static bool is_clear(uint64_t frame) {
  const uint64_t *entries = contents(frame);
  for (int i = 0; i < ENTRIES; i++) {
    if (entries[i]) return false;
  }
  return true;
}

void tables_stored_elsewhere(uint64_t real, unsigned size) {
  uint64_t frame = real >> 12;
  if (frame >= frames) return;
  /* A store that crosses into another frame counts for the first: it is not known where the rest went. */
  unsigned first = real >> 3 & (ENTRIES - 1), last = ((real & 4095) + size - 1) >> 3;
  if (last >= ENTRIES) last = ENTRIES - 1;
  stores[frame] += last - first + 1;
  /* Pages are cleared from the start to the end. */
  if (last == ENTRIES - 1 && !contents(frame)[last] && is_clear(frame)) stores[frame] = 0;
}

static void store_entry(uint64_t frame, int index, unsigned offset, unsigned width) {
  int level = levels[frame];
  uint64_t old = shadows[frame][index], new = contents(frame)[index], value = 0;
  memcpy(&value, memory + (frame << 12) + offset, width);
  link_child(new, level);
  shadows[frame][index] = new;
  stream_put((struct record){TAG_TABLE_STORE, (uint8_t)(width | level << 4), (uint16_t)offset, (uint32_t)frame, value});
  unlink_child(old, level);
  if (level != root_level || new || loaded[frame]) return;
  if (index < USER_HALF) {
    retire_if_empty(frame);
  } else if (old) {
    drop_table(frame, TAG_ROOT_RETIRED); /* Nobody unmaps the kernel: the frame is being cleared for another use. */
  }
}

void tables_stored(uint64_t real, unsigned size) {
  /* An entry at a time: wide stores write several. */
  for (uint64_t at = real, end = real + size; at < end && tables_contain(at);) {
    unsigned width = 8 - (at & 7);
    if (width > end - at) width = (unsigned)(end - at);
    while (width & (width - 1)) width &= width - 1;
    store_entry(at >> 12, (at >> 3) % ENTRIES, at & 4095, width);
    at += width;
  }
}

void tables_loaded(uint64_t real, uint64_t value) {
  uint64_t told = shadows[real >> 12][(real >> 3) % ENTRIES];
  audit.loads++;
  if ((told ^ value) & ~ACCESSED_DIRTY) audit.wrong_loads++;
}

struct table_audit tables_audit(void) {
  for (uint64_t frame = 0; frame < frames; frame++) {
    for (int i = 0; levels[frame] && i < ENTRIES; i++) {
      uint64_t difference = shadows[frame][i] ^ contents(frame)[i];
      if (difference & ~ACCESSED_DIRTY) audit.wrong++;
      else if (difference) audit.marked++;
    }
  }
  return audit;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 * The guest's page tables, followed in its memory: which frames are tables, and what they held last. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct table_audit {
  uint64_t loads;       /* Entries that the guest loaded, compared with what they should hold. */
  uint64_t wrong_loads; /* Of those, different in more than the accessed and dirty bits. */
  uint64_t marked;      /* Entries that differ from memory at the end in accessed and dirty bits only. */
  uint64_t wrong;       /* Entries that differ from memory at the end in more. */
};

void tables_open(const uint8_t *memory, uint64_t bytes);
/* How many levels tables have, 4 or 5; 4 at first. */
void tables_set_levels(int levels);
/* Walks the tables of `root` in memory: whether `address` is mapped, and where. */
bool tables_walk(uint64_t root, uint64_t address, uint64_t *real);
/* A vCPU loads a root; `previous` is what it had loaded, 0 for nothing. */
void tables_load_root(uint64_t previous, uint64_t root);
bool tables_contain(uint64_t real);
/* After a store of `size` bytes to memory that is no table: it is counted, for the case that it becomes one. */
void tables_stored_elsewhere(uint64_t real, unsigned size);
/* After a store to a table, of `size` bytes. */
void tables_stored(uint64_t real, unsigned size);
/* A load of eight bytes of a table gave `value`. */
void tables_loaded(uint64_t real, uint64_t value);
struct table_audit tables_audit(void);

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calls.h"
#include "stream.h"
#include <stdlib.h>
#include <string.h>

/* Their numbers (Linux, arch/x86/entry/syscalls/syscall_64.tbl). */
enum number { MMAP = 9, MPROTECT = 10, MUNMAP = 11, BRK = 12, MREMAP = 25, MADVISE = 28 };
/* A result from here on is an error's number, negated. */
#define FIRST_ERROR ((uint64_t)-4095)

struct call {
  struct caller caller;
  uint32_t number;
  uint64_t arguments[CALL_ARGUMENTS];
};

/* Those that have not come back, in no order: few, one a thread at most. */
static struct call *calls;
static unsigned count, room;

static bool is_of_memory(uint32_t number) {
  switch (number) {
  case MMAP: case MPROTECT: case MUNMAP: case BRK: case MREMAP: case MADVISE: return true;
  default: return false;
  }
}

/* BRK returns where the heap ends, whether or not it went where it was to; 0 asks for that. */
static bool has_succeeded(const struct call *call, uint64_t result) {
  if (call->number == BRK) return call->arguments[0] == 0 || call->arguments[0] == result;
  return result < FIRST_ERROR;
}

/* Takes out what the thread has not come back from; whether there is such a call. */
static bool take(struct caller caller, struct call *taken) {
  for (unsigned i = 0; i < count; i++) {
    const struct caller *other = &calls[i].caller;
    if (other->address != caller.address || other->root != caller.root || other->stack != caller.stack) continue;
    *taken = calls[i];
    calls[i] = calls[--count];
    return true;
  }
  return false;
}

void calls_made(struct caller caller, uint32_t number, const uint64_t arguments[CALL_ARGUMENTS]) {
  /* One that is still there was given up: its thread was ended in it. */
  struct call call;
  take(caller, &call);
  if (!is_of_memory(number)) return;
  if (count == room) {
    room = room ? 2 * room : 16;
    calls = realloc(calls, room * sizeof *calls);
    if (!calls) abort();
  }
  call = (struct call){.caller = caller, .number = number};
  memcpy(call.arguments, arguments, sizeof call.arguments);
  calls[count++] = call;
}

bool calls_end_at(uint64_t address) {
  for (unsigned i = 0; i < count; i++) {
    if (calls[i].caller.address == address) return true;
  }
  return false;
}

void calls_returned(struct caller caller, uint64_t result) {
  struct call call;
  if (!take(caller, &call) || !has_succeeded(&call, result)) return;
  stream_put((struct record){TAG_MEMORY_CALL, (uint8_t)call.number, 0, 0, result});
  stream_pair(call.arguments[0], call.arguments[1]);
  stream_pair(call.arguments[2], call.arguments[3]);
}

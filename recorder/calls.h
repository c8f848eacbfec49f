/* SPDX-License-Identifier: GPL-2.0-or-later
 * The system calls by which a program of Linux says what it maps: told when they have done what was asked. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { CALL_ARGUMENTS = 4 };

/* A thread that makes a call: nobody else goes on there, with this stack and these tables. */
struct caller {
  uint64_t root, address, stack;
};

/* Before a thread makes the call of this number, whichever it is; `caller` says where it is to go on. */
void calls_made(struct caller caller, uint32_t number, const uint64_t arguments[CALL_ARGUMENTS]);
/* Whether a thread is to go on at `address` with a call done. */
bool calls_end_at(uint64_t address);
/* A thread goes on there, with `result`: tells its call. */
void calls_returned(struct caller caller, uint64_t result);

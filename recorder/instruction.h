/* SPDX-License-Identifier: GPL-2.0-or-later
 * The few x86-64 instructions that the recorder must know. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum operation { ORDINARY, MARKER, LOAD_CR0, LOAD_CR3, LOAD_CR4, WRMSR, INVLPG, INVPCID, SYSTEM_CALL };

enum { MARK_START = 0x0001, MARK_STOP = 0x0002, MARK_PHASE = 0x0100 };

/* Registers are numbered as in the encoding, rax 0 to r15 15; -1 is none. */
struct instruction {
  enum operation operation;
  int reg;                 /* Source of a control register, or INVPCID's type. */
  int base, index, shift;  /* The memory operand. */
  int64_t displacement;    /* Holds the next instruction's address where that is the base. */
  unsigned marker;
};

struct instruction instruction_decode(const uint8_t *bytes, size_t size, uint64_t address);
/* Whether it is a string instruction with a repeat prefix: one instruction, however often it is gone into. */
bool instruction_repeats(const uint8_t *bytes, size_t size);

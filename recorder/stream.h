/* SPDX-License-Identifier: GPL-2.0-or-later
 * The recorder's stream; STREAM.md says what each record means. */
#pragma once
#include <stdint.h>

enum tag {
  TAG_HEADER = 0x01,
  TAG_BLOCK = 0x02,
  TAG_ENTER = 0x03,
  TAG_LEAVE = 0x04,
  TAG_LOAD = 0x05,
  TAG_STORE = 0x06,
  TAG_TABLE_STORE = 0x10,
  TAG_TABLE_LINKED = 0x11,
  TAG_TABLE_UNLINKED = 0x12,
  TAG_ROOT_RETIRED = 0x13,
  TAG_CONTROL_REGISTER = 0x14,
  TAG_INVLPG = 0x15,
  TAG_INVPCID = 0x16,
  TAG_PAGE_FAULT = 0x17,
  TAG_MEMORY_SLOT = 0x18,
  TAG_VCPU = 0x19,
  TAG_PHASE = 0x1a,
  TAG_END = 0x1b,
  TAG_MEMORY_CALL = 0x1c,
};

/* Why a stream ends. */
enum end { END_STOP_MARKER, END_LIMIT, END_GUEST_ENDED, END_NO_FAULT_HANDLER, END_NO_MEMORY };

/* Every record; some are followed by further 16 bytes. Little-endian, as x86 is. */
struct record {
  uint8_t tag, a;
  uint16_t b;
  uint32_t c;
  uint64_t d;
};

#define STREAM_MAGIC 0x53475750u /* "PWGS" */
#define STREAM_VERSION 2
#define UNKNOWN_PAGE 0xffffffffu
#define NO_POSITION 0xffffu

void stream_open(int descriptor);
void stream_put(struct record);
/* Sixteen bytes behind a record. */
void stream_pair(uint64_t first, uint64_t second);
void stream_bytes(const void *bytes, unsigned count);
void stream_flush(void);

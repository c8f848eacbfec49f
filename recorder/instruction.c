/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "instruction.h"
#include <string.h>

static bool is_prefix(uint8_t byte) {
  return memchr("\x66\x67\xf0\xf2\xf3\x2e\x36\x3e\x26\x64\x65", byte, 11) != NULL;
}

bool instruction_repeats(const uint8_t *bytes, size_t size) {
  bool repeat = false;
  size_t at = 0;
  for (; at < size && is_prefix(bytes[at]); at++) repeat |= bytes[at] == 0xf2 || bytes[at] == 0xf3;
  if (at < size && (bytes[at] & 0xf0) == 0x40) at++;
  if (!repeat || at >= size) return false;
  uint8_t opcode = bytes[at];
  return (opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf) || (opcode >= 0x6c && opcode <= 0x6f);
}

/* 0F 1F 84 00 and four bytes: NOP, with a number that nobody else uses. */
static bool decode_marker(const uint8_t *bytes, size_t size, struct instruction *result) {
  uint32_t number;
  if (size != 8 || memcmp(bytes, "\x0f\x1f\x84\x00", 4) != 0) return false;
  memcpy(&number, bytes + 4, 4);
  if (number >> 16 != 0x5654) return false;
  result->operation = MARKER;
  result->marker = number & 0xffff;
  return true;
}

/* The memory operand whose ModRM byte is at `at`. */
static void decode_memory(
  const uint8_t *bytes, size_t size, size_t at, int rex, uint64_t address, struct instruction *result
) {
  int mod = bytes[at] >> 6, rm = bytes[at] & 7;
  size_t next = at + 1;
  int wide = mod == 2;
  if (rm == 4) {
    int sib = bytes[next++];
    int index = (sib >> 3 & 7) | (rex & 2) << 2;
    if (index != 4) result->index = index;
    result->shift = sib >> 6;
    if ((sib & 7) == 5 && mod == 0) wide = 1;
    else result->base = (sib & 7) | (rex & 1) << 3;
  } else if (rm == 5 && mod == 0) {
    wide = 1;
    result->displacement = (int64_t)(address + size);
  } else {
    result->base = rm | (rex & 1) << 3;
  }
  if (mod == 1) {
    result->displacement += (int8_t)bytes[next];
  } else if (wide) {
    int32_t displacement;
    memcpy(&displacement, bytes + next, 4);
    result->displacement += displacement;
  }
}

struct instruction instruction_decode(const uint8_t *bytes, size_t size, uint64_t address) {
  struct instruction result = {.operation = ORDINARY, .reg = -1, .base = -1, .index = -1};
  if (decode_marker(bytes, size, &result)) return result;
  size_t at = 0;
  bool operand_size = false;
  int rex = 0;
  for (; at < size && is_prefix(bytes[at]); at++) operand_size |= bytes[at] == 0x66;
  if (at < size && (bytes[at] & 0xf0) == 0x40) rex = bytes[at++];
  if (at + 1 >= size || bytes[at] != 0x0f) return result;
  uint8_t opcode = bytes[at + 1];
  if (opcode == 0x30 || opcode == 0x05) {
    result.operation = opcode == 0x30 ? WRMSR : SYSTEM_CALL;
    return result;
  }
  if (at + 2 >= size) return result;
  uint8_t modrm = bytes[at + 2];
  int field = modrm >> 3 & 7;
  if (opcode == 0x22 && !(rex & 4) && (field == 0 || field == 3 || field == 4)) {
    result.operation = field == 0 ? LOAD_CR0 : field == 3 ? LOAD_CR3 : LOAD_CR4;
    result.reg = (modrm & 7) | (rex & 1) << 3;
  } else if (opcode == 0x01 && field == 7 && modrm >> 6 != 3) {
    result.operation = INVLPG;
    decode_memory(bytes, size, at + 2, rex, address, &result);
  } else if (operand_size && opcode == 0x38 && modrm == 0x82 && at + 3 < size) {
    result.operation = INVPCID;
    result.reg = (bytes[at + 3] >> 3 & 7) | (rex & 4) << 1;
    decode_memory(bytes, size, at + 3, rex, address, &result);
  }
  return result;
}

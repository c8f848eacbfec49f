// SPDX-License-Identifier: Apache-2.0
//
// Writes a trace in formats that Pagewalk imports and does not export, to measure how fast it imports them.
//
//     pagewalk export --format text TRACE | write gem5|cvp|sift|pinatrace|lackey RECORDS > FILE
//
// The trace is written again and again until it has made so many records. Events are left out. What a format has no room
// for is left out, and what it has and a trace does not tell is made up:
//
// gem5       a packet for each access, with tick, command, address, size, flags and identifier, as MemTraceProbe writes
//            them by default; addresses stand for physical ones.
// cvp        instructions of 4 bytes, numbered by their address in the trace; of each its first access, or a branch where
//            the next one does not follow; registers as such an instruction has them, and their values.
// sift       instructions in the short form where they follow the one before, in the long form otherwise, with the
//            addresses of up to three operands; no code.
// pinatrace  a line for each access to data, two for one that modifies.
// lackey     a line for each access.

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;

static void fail(const char *what) {
  fprintf(stderr, "write: %s\n", what);
  exit(1);
}

// The trace ---------------------------------------------------------------------------------------------------------

enum kind { fetch, load, store, modify };

typedef struct {
  u64 address;
  unsigned size;
  enum kind kind;
} Access;

static Access *accesses;
static size_t count;

static void read_text(void) {
  static const char *const names[] = {"fetch ", "load ", "store ", "modify "};
  size_t capacity = 0, size = 0;
  char *line = NULL;
  while (getline(&line, &size, stdin) > 0) {
    for (enum kind kind = fetch; kind <= modify; kind++) {
      size_t length = strlen(names[kind]);
      if (strncmp(line, names[kind], length)) continue;
      if (count == capacity) {
        capacity = capacity ? capacity * 2 : 1 << 20;
        accesses = realloc(accesses, capacity * sizeof *accesses);
        if (!accesses) fail("out of memory");
      }
      char *end;
      u64 address = strtoull(line + length, &end, 16);
      accesses[count++] = (Access){address, (unsigned)strtoul(end, NULL, 10), kind};
    }
  }
  free(line);
  if (!count) fail("no accesses");
}

// Where the accesses of the instruction at `index` end, which are behind its fetch.
static size_t end_of(size_t index) {
  do index++;
  while (index < count && accesses[index].kind != fetch);
  return index;
}

// Bytes -------------------------------------------------------------------------------------------------------------

static void put(u64 value, unsigned bytes) {
  for (unsigned index = 0; index < bytes; index++) putchar_unlocked((int)(value >> 8 * index & 255));
}

static void append_varint(unsigned char **end, u64 value) {
  for (; value >= 128; value >>= 7) *(*end)++ = (unsigned char)(value | 128);
  *(*end)++ = (unsigned char)value;
}

// The formats -------------------------------------------------------------------------------------------------------

// Each writes the whole trace and returns the records of it.

static u64 tick, writes;

static void put_message(const unsigned char *start, const unsigned char *end) {
  unsigned char length[10], *behind = length;
  append_varint(&behind, (u64)(end - start));
  fwrite(length, 1, (size_t)(behind - length), stdout);
  fwrite(start, 1, (size_t)(end - start), stdout);
}

static void put_packet(u64 command, const Access *access) {
  unsigned char message[80], *end = message;
  u64 fields[] = {tick += 500, command, access->address, access->size, access->kind == fetch ? 0x100 : 0,
                  access->kind == fetch ? 1 : 2};
  for (u64 field = 0; field < sizeof fields / sizeof *fields; field++) {
    append_varint(&end, (field + 1) << 3);
    append_varint(&end, fields[field]);
  }
  put_message(message, end);
}

static u64 gem5(void) {
  u64 records = 0;
  if (!tick) {
    unsigned char header[32], *end = header;
    append_varint(&end, 1 << 3 | 2);
    append_varint(&end, 4);
    for (const char *name = "cpu0"; *name; name++) *end++ = (unsigned char)*name;
    append_varint(&end, 3 << 3);
    append_varint(&end, 1000000000000);
    fputs("gem5", stdout);
    put_message(header, end);
  }
  for (const Access *access = accesses; access < accesses + count; access++) {
    if (access->kind != store) put_packet(1, access), records++;
    if (access->kind >= store) put_packet(4, access), records++;
  }
  return records;
}

static int by_address(const void *left, const void *right) {
  u64 a = *(const u64 *)left, b = *(const u64 *)right;
  return (a > b) - (a < b);
}

// The addresses of all instructions, in order, each once.
static u64 *code;
static size_t instructions;

static void number_instructions(void) {
  size_t filled = 0;
  code = malloc((count + 1) * sizeof *code);
  if (!code) fail("out of memory");
  for (size_t index = 0; index < count; index++)
    if (accesses[index].kind == fetch) code[filled++] = accesses[index].address;
  qsort(code, filled, sizeof *code, by_address);
  for (size_t index = 0; index < filled; index++)
    if (!instructions || code[instructions - 1] != code[index]) code[instructions++] = code[index];
}

static u64 arm_address(size_t index) {
  const u64 *found = bsearch(&accesses[index].address, code, instructions, sizeof *code, by_address);
  return 0x400000 + 4 * (u64)(found - code);
}

// Counts registers, names them and gives values of those that are written.
static void put_registers(unsigned inputs, unsigned outputs) {
  put(inputs, 1);
  for (unsigned index = 0; index < inputs; index++) put(1 + index, 1);
  put(outputs, 1);
  for (unsigned index = 0; index < outputs; index++) put(3, 1);
  for (unsigned index = 0; index < outputs; index++) put(writes++ * 0x9e3779b97f4a7c15, 8);
}

static u64 cvp(void) {
  enum { alu, loading, storing, branching };
  u64 records = 0;
  if (!code) number_instructions();
  for (size_t index = 0, end; index < count; index = end) {
    end = end_of(index);
    if (accesses[index].kind != fetch) continue;
    u64 address = arm_address(index), next = end < count ? arm_address(end) : address + 4;
    put(address, 8);
    if (end > index + 1) {
      const Access *data = &accesses[index + 1];
      int stores = data->kind == store;
      put(stores ? storing : loading, 1);
      put(data->address, 8);
      put(data->size, 1);
      put_registers(stores ? 2 : 1, stores ? 0 : 1);
    } else if (next != address + 4) {
      put(branching, 1);
      put(1, 1);
      put(next, 8);
      put_registers(1, 0);
    } else {
      put(alu, 1);
      put_registers(2, 1);
    }
    records += end > index + 1 ? 2 : 1;
  }
  return records;
}

static u64 sift(void) {
  static int has_header;
  u64 records = 0, expected = 0;
  if (!has_header) {
    fputs("SIFT", stdout);
    put(0, 4);
    put(0, 8);
  }
  has_header = 1;
  for (size_t index = 0, end; index < count; index = end) {
    end = end_of(index);
    const Access *instruction = &accesses[index];
    if (instruction->kind != fetch) continue;
    u64 operands = end - index - 1 < 3 ? end - index - 1 : 3;
    if (instruction->address == expected) {
      put(instruction->size | operands << 4, 1);
    } else {
      put(instruction->size << 4 | operands << 8, 2);
      put(instruction->address, 8);
    }
    for (u64 operand = 1; operand <= operands; operand++) put(instruction[operand].address, 8);
    expected = instruction->address + instruction->size;
    records += 1 + operands;
  }
  return records;
}

static u64 pinatrace(void) {
  u64 records = 0, instruction = 0;
  for (const Access *access = accesses; access < accesses + count; access++) {
    if (access->kind == fetch) instruction = access->address;
    if (access->kind == load || access->kind == modify)
      printf("0x%" PRIx64 ": R 0x%" PRIx64 "\n", instruction, access->address), records++;
    if (access->kind >= store)
      printf("0x%" PRIx64 ": W 0x%" PRIx64 "\n", instruction, access->address), records++;
  }
  return records;
}

static u64 lackey(void) {
  static const char *const marks[] = {"I ", " L", " S", " M"};
  for (const Access *access = accesses; access < accesses + count; access++)
    printf("%s %08" PRIx64 ",%u\n", marks[access->kind], access->address, access->size);
  return count;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    u64 (*write)(void);
  } formats[] = {{"gem5", gem5}, {"cvp", cvp}, {"sift", sift}, {"pinatrace", pinatrace}, {"lackey", lackey}};
  if (argc != 3) fail("usage: write gem5|cvp|sift|pinatrace|lackey RECORDS < TEXT");
  u64 wanted = strtoull(argv[2], NULL, 10);
  for (size_t index = 0; index < sizeof formats / sizeof *formats; index++) {
    if (strcmp(argv[1], formats[index].name)) continue;
    read_text();
    u64 records = 0;
    do {
      u64 written = formats[index].write();
      if (!written) fail("the trace has nothing that the format can tell");
      records += written;
    } while (records < wanted);
    if (fflush(stdout) || ferror(stdout)) fail("cannot write");
    return 0;
  }
  fail("no such format");
}

// Workloads for the traces of whole guests: workloads NAME. Each marks its phases for `pagewalk record-guest`.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PHASE(number) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n.long 0x56540100 + " #number ::: "memory")
#define PAGE 4096

static uint64_t state = 88172645463325252;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static void touch(char *memory, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PAGE) memory[at]++;
}

static char *map(size_t bytes) {
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) abort();
  return memory;
}

// A parent with a heap forks children, which write to a part of it; every fourth one runs this program again.
static void fork_and_exec(const char *self) {
  size_t bytes = 1 << 20;
  char *heap = map(bytes);
  touch(heap, bytes);
  PHASE(1);
  for (int i = 0; i < 60; i++) {
    pid_t child = fork();
    if (child == 0) {
      touch(heap, bytes / 8);
      if (i % 4 == 0) execl(self, self, "nothing", NULL);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    touch(heap, bytes / 8);
  }
}

// Buffers of many sizes come and go; some are protected or moved before.
static void churn(void) {
  char *buffers[16] = {0};
  size_t sizes[16] = {0};
  PHASE(1);
  for (int i = 0; i < 1500; i++) {
    int slot = next() % 16;
    if (buffers[slot]) munmap(buffers[slot], sizes[slot]);
    sizes[slot] = (1 + next() % 32) * PAGE;
    buffers[slot] = map(sizes[slot]);
    touch(buffers[slot], sizes[slot]);
    if (i % 3 == 0) mprotect(buffers[slot], sizes[slot], PROT_READ);
    if (i % 5 == 0) {
      buffers[slot] = mremap(buffers[slot], sizes[slot], sizes[slot] * 2, MREMAP_MAYMOVE);
      sizes[slot] *= 2;
    }
  }
}

// Random updates of 96 MiB, of which one page in eight is hot.
static void hostile(void) {
  size_t bytes = 96 << 20;
  uint64_t *table = (uint64_t *)map(bytes);
  madvise(table, bytes, MADV_NORMAL);
  touch((char *)table, bytes);
  PHASE(1);
  for (int i = 0; i < 600000; i++) {
    size_t page = next() % (bytes / PAGE);
    if (next() % 2) page -= page % 8;
    table[page * (PAGE / 8) + next() % (PAGE / 8)] += (uint64_t)i;
  }
}

// Two processes pass a token back and forth through pipes.
static void pingpong(void) {
  int there[2], back[2];
  char token = 0;
  if (pipe(there) || pipe(back)) abort();
  pid_t child = fork();
  PHASE(1);
  for (int i = 0; i < 300; i++) {
    if (child == 0) {
      if (read(there[0], &token, 1) != 1 || write(back[1], &token, 1) != 1) _exit(1);
    } else {
      if (write(there[1], &token, 1) != 1 || read(back[0], &token, 1) != 1) abort();
    }
  }
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
}

int main(int count, char **words) {
  const char *name = count > 1 ? words[1] : "";
  if (!strcmp(name, "fork")) fork_and_exec(words[0]);
  else if (!strcmp(name, "churn")) churn();
  else if (!strcmp(name, "hostile")) hostile();
  else if (!strcmp(name, "pingpong")) pingpong();
  else return strcmp(name, "nothing") != 0;
  return 0;
}

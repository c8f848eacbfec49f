// Two threads update one heap while a third forks children that write to it, and maps, protects and unmaps buffers: what
// several vCPUs do to each other's translations. Marks its phases for `pagewalk record-guest`.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PHASE(number) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n.long 0x56540100 + " #number ::: "memory")
#define PAGE 4096
#define HEAP (64 * PAGE)
#define BUFFER (16 * PAGE)
#define ROUNDS 25

static char *heap;
static pthread_barrier_t rounds;

static char *map(size_t bytes) {
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) abort();
  return memory;
}

static void touch(char *memory, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PAGE) memory[at]++;
}

// Every round begins for all at once.
static void *update(void *seed) {
  uint64_t state = (uintptr_t)seed;
  for (int round = 0; round < ROUNDS; round++) {
    pthread_barrier_wait(&rounds);
    for (int i = 0; i < 400; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      heap[state % HEAP]++;
    }
  }
  return NULL;
}

int main(void) {
  pthread_t threads[2];
  heap = map(HEAP);
  if (pthread_barrier_init(&rounds, NULL, 3)) abort();
  PHASE(1);
  for (uintptr_t i = 0; i < 2; i++) {
    if (pthread_create(&threads[i], NULL, update, (void *)(i + 1))) abort();
  }
  for (int round = 0; round < ROUNDS; round++) {
    pthread_barrier_wait(&rounds);
    pid_t child = fork();
    if (child == 0) {
      touch(heap, HEAP / 4);
      _exit(0);
    }
    char *buffer = map(BUFFER);
    touch(buffer, BUFFER);
    mprotect(buffer, BUFFER, PROT_READ);
    munmap(buffer, BUFFER);
    waitpid(child, NULL, 0);
  }
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  return 0;
}

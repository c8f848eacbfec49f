/* Two programs whose address translation is hard work, for recording: a breadth-first graph search and a hash join.
 *
 *   workloads make-graph FILE        writes a random graph, about 44 MB
 *   workloads bfs FILE               reads it with read(2), which no user-level recorder sees, and searches it
 *   workloads make-tables FILE       writes two tables to be joined, about 80 MB
 *   workloads join FILE              builds a hash table over the first and probes it with the second
 *
 * Build: cc -O2 -o workloads workloads.c
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* SplitMix64: the same numbers on every machine. */
static uint64_t state = 1;
static uint64_t next_random(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) fail("calloc");
  return memory;
}

static void transfer(int fd, void *memory, size_t bytes, ssize_t (*move)(int, void *, size_t)) {
  for (char *at = memory; bytes > 0;) {
    ssize_t done = move(fd, at, bytes);
    if (done <= 0) fail("transfer");
    at += done;
    bytes -= (size_t)done;
  }
}

static ssize_t put(int fd, void *memory, size_t bytes) { return write(fd, memory, bytes); }

static int open_for_writing(const char *path) {
  int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
  if (fd < 0) fail(path);
  return fd;
}

static int open_for_reading(const char *path) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) fail(path);
  return fd;
}

/* The graph in compressed-row form: the edges of vertex v are target[first[v]] to target[first[v + 1] - 1].
 * Sources are skewed (square of a uniform number), targets uniform. */
enum { vertices = 1000000, edges = 10000000 };

static void make_graph(const char *path) {
  uint32_t *first = allocate(4 * (vertices + 1)), *place = allocate(4 * vertices);
  uint32_t *source = allocate(4 * (size_t)edges), *target = allocate(4 * (size_t)edges);
  for (uint32_t edge = 0; edge < edges; edge++) {
    uint64_t uniform = next_random() % vertices;
    source[edge] = (uint32_t)(uniform * uniform / vertices);
    first[source[edge] + 1]++;
  }
  for (uint32_t vertex = 0; vertex < vertices; vertex++) first[vertex + 1] += first[vertex];
  memcpy(place, first, 4 * vertices);
  for (uint32_t edge = 0; edge < edges; edge++)
    target[place[source[edge]]++] = (uint32_t)(next_random() % vertices);
  int fd = open_for_writing(path);
  transfer(fd, first, 4 * (vertices + 1), put);
  transfer(fd, target, 4 * (size_t)edges, put);
  close(fd);
}

static void search(const char *path) {
  uint32_t *first = allocate(4 * (vertices + 1)), *target = allocate(4 * (size_t)edges);
  int fd = open_for_reading(path);
  transfer(fd, first, 4 * (vertices + 1), read);
  transfer(fd, target, 4 * (size_t)edges, read);
  close(fd);
  uint32_t *queue = allocate(4 * vertices), *depth = allocate(4 * vertices);
  uint32_t head = 0, tail = 0, deepest = 0;
  queue[tail++] = 0;
  depth[0] = 1;
  while (head < tail) {
    uint32_t vertex = queue[head++], below = depth[vertex] + 1;
    for (uint32_t edge = first[vertex]; edge < first[vertex + 1]; edge++) {
      uint32_t neighbour = target[edge];
      if (depth[neighbour] == 0) {
        depth[neighbour] = deepest = below;
        queue[tail++] = neighbour;
      }
    }
  }
  printf("%u vertices reached, depth %u\n", tail, deepest);
}

/* Two tables of (key, value); about half of the probing keys have a partner. */
struct row {
  uint64_t key, value;
};
enum { build_rows = 1000000, probe_rows = 4000000, slots = 1 << 21, keys = 2000000 };

static void make_tables(const char *path) {
  int fd = open_for_writing(path);
  size_t rows = build_rows + probe_rows;
  struct row *table = allocate(rows * sizeof *table);
  for (size_t index = 0; index < rows; index++)
    table[index] = (struct row){.key = 1 + next_random() % keys, .value = index};
  transfer(fd, table, rows * sizeof *table, put);
  close(fd);
}

static size_t slot_of(uint64_t key) { return (key * 0x9E3779B97F4A7C15u) >> 43; }

static void join(const char *path) {
  struct row *build = allocate(build_rows * sizeof *build), *probe = allocate(probe_rows * sizeof *probe);
  int fd = open_for_reading(path);
  transfer(fd, build, build_rows * sizeof *build, read);
  transfer(fd, probe, probe_rows * sizeof *probe, read);
  close(fd);
  struct row *table = allocate(slots * sizeof *table);
  for (size_t index = 0; index < build_rows; index++) {
    size_t slot = slot_of(build[index].key);
    while (table[slot].key != 0) slot = (slot + 1) % slots;
    table[slot] = build[index];
  }
  uint64_t matches = 0, sum = 0;
  for (size_t index = 0; index < probe_rows; index++)
    for (size_t slot = slot_of(probe[index].key); table[slot].key != 0; slot = (slot + 1) % slots)
      if (table[slot].key == probe[index].key) {
        matches++;
        sum += table[slot].value;
      }
  printf("%llu matches, sum %llu\n", (unsigned long long)matches, (unsigned long long)sum);
}

int main(int count, char **words) {
  static const struct {
    const char *name;
    void (*run)(const char *path);
  } commands[] = {{"make-graph", make_graph}, {"bfs", search}, {"make-tables", make_tables}, {"join", join}};
  if (count == 3)
    for (size_t index = 0; index < sizeof commands / sizeof *commands; index++)
      if (strcmp(words[1], commands[index].name) == 0) {
        commands[index].run(words[2]);
        return 0;
      }
  fprintf(stderr, "usage: workloads make-graph|bfs|make-tables|join FILE\n");
  return 2;
}

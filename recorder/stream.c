/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t buffer[1 << 18];
static size_t filled;
static int output = -1;

void stream_open(int descriptor) { output = descriptor; }

void stream_flush(void) {
  size_t done = 0;
  while (done < filled) {
    ssize_t written = write(output, buffer + done, filled - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(0); /* The reader has enough, and has gone. */
    done += (size_t)written;
  }
  filled = 0;
}

static void *room(unsigned count) {
  if (filled + count > sizeof buffer) stream_flush();
  void *place = buffer + filled;
  filled += count;
  return place;
}

void stream_put(struct record record) { memcpy(room(sizeof record), &record, sizeof record); }

void stream_pair(uint64_t first, uint64_t second) {
  uint64_t pair[2] = {first, second};
  memcpy(room(sizeof pair), pair, sizeof pair);
}

void stream_bytes(const void *bytes, unsigned count) {
  uint8_t *place = room((count + 15) & ~15u);
  memcpy(place, bytes, count);
  memset(place + count, 0, -count & 15);
}

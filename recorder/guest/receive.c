/* SPDX-License-Identifier: GPL-2.0-or-later
 * Waits until QEMU has the files of a recording to hand over, as an item of its firmware configuration device
 * (docs/specs/fw_cfg of QEMU), and writes them to standard output. A guest that was kept while it waited goes on here:
 * random numbers are then begun anew, as else all that come of it would draw the same. */
#include <fcntl.h>
#include <linux/random.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SELECTOR = 0x510, DATA = 0x511, DIRECTORY = 0x19 };

/* An entry of the directory; numbers have their highest byte first. */
struct item {
  uint8_t size[4], key[2], reserved[2];
  char name[56];
};

static void take(void *place, size_t bytes) {
  __asm__ volatile("rep insb" : "+D"(place), "+c"(bytes) : "d"(DATA) : "memory");
}

static uint32_t number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whether there is an item of this name; it is read next then. */
static bool select_item(const char *name, uint32_t *size) {
  uint8_t count[4];
  outw(DIRECTORY, SELECTOR);
  take(count, sizeof count);
  for (uint32_t left = number(count); left > 0; left--) {
    struct item item;
    take(&item, sizeof item);
    if (strncmp(item.name, name, sizeof item.name) != 0) continue;
    *size = number(item.size);
    outw((uint16_t)(item.key[0] << 8 | item.key[1]), SELECTOR);
    return true;
  }
  return false;
}

static void begin_random_numbers_anew(void) {
  char seed[64];
  uint32_t size;
  if (!select_item("opt/pagewalk/seed", &size)) return;
  if (size > sizeof seed) size = sizeof seed;
  take(seed, size);
  int numbers = open("/dev/urandom", O_WRONLY);
  if (write(numbers, seed, size) != (ssize_t)size || ioctl(numbers, RNDRESEEDCRNG) != 0) perror("/dev/urandom");
  close(numbers);
}

int main(void) {
  static char buffer[1 << 16];
  uint32_t size;
  if (iopl(3) != 0) {
    perror("iopl");
    return 1;
  }
  while (!select_item("opt/pagewalk/files", &size)) usleep(10000);
  for (uint32_t left = size; left > 0;) {
    uint32_t part = left < sizeof buffer ? left : sizeof buffer;
    take(buffer, part);
    if (fwrite(buffer, 1, part, stdout) != part) return 1;
    left -= part;
  }
  begin_random_numbers_anew();
  return 0;
}

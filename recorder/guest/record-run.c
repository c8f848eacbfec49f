/* SPDX-License-Identifier: GPL-2.0-or-later
 * Runs a program in the guest between the two markers; the stop marker carries its status. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARKER(number, value) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n.long " #number ::"a"((long)(value)) : "memory")

/* The recorder translates all code anew at the first marker, which takes effect a little later: it begins at a marker
 * with 0 in rax, the last. */
static void start(void) {
  for (int left = 200; left > 0; left--) {
    MARKER(0x56540001, left);
    for (volatile int spin = 0; spin < 2000; spin++) continue;
  }
  MARKER(0x56540001, 0);
}

int main(int count, char **words) {
  if (count < 2) return 2;
  start();
  pid_t child = fork();
  if (child == 0) {
    execvp(words[1], words + 1);
    perror(words[1]);
    _exit(127);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    perror(words[1]);
    status = 127 << 8;
  }
  MARKER(0x56540002, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  puts("not recorded");
  return 1;
}

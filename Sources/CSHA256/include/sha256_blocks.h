#ifndef SHA256_BLOCKS_H
#define SHA256_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* Whether this processor has instructions for SHA-256, and the compiler knew them. */
int sha256_blocks_available(void);

/* Takes blocks of 64 bytes each into the eight words of the state. Only where they are available. */
void sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif

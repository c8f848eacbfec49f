# Requests that each take a fresh scratch buffer, use a little of it and drop it: with glibc's allocator every
# buffer is mapped and unmapped (MALLOC_MMAP_THRESHOLD_ keeps it from adapting).
REQUESTS = 20_000
SCRATCH = 1 << 18
TOUCHES = 24


def handle(request, state):
    scratch = bytearray(SCRATCH)
    for _ in range(TOUCHES):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        scratch[(state >> 8) % SCRATCH] += 1
    return sum(scratch[::4096]) + request, state


total, state = 0, 1
for request in range(REQUESTS):
    answer, state = handle(request, state)
    total += answer
print(total)

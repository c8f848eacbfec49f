# Requests that each map a scratch buffer, use a little of it and unmap it.
import mmap

REQUESTS = 20_000
SCRATCH = 1 << 18
TOUCHES = 8


def handle(request, state):
    scratch = mmap.mmap(-1, SCRATCH, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    answer = request
    for _ in range(TOUCHES):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        place = (state >> 8) % SCRATCH
        scratch[place] = request & 0xFF
        answer += scratch[place]
    scratch.close()
    return answer, state


total, state = 0, 1
for request in range(REQUESTS):
    answer, state = handle(request, state)
    total += answer
print(total)

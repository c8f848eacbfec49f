"""Random traces full of system calls, from a seed. See check_tlb_events.py."""

import random


class RandomProgram:
    """Lines of a trace in which little stays as it was: a few processes, a small memory, many system calls."""

    PROTECTIONS = ["rw-", "rw-", "rw-", "r--", "r-x", "---", "rwx"]

    def __init__(self, seed, events, mixed=False):
        self.random = random.Random(seed)
        self.events = events
        # How far instructions are from data, in pages.
        self.distance = 0 if mixed else 0x1000
        self.machines = 1 + seed % 2

    def lines(self):
        draw = self.random
        for _ in range(self.events):
            owner = f"vm {draw.randrange(self.machines)} process {draw.choice([1, 1, 1, 2, 3])} "
            yield owner + self.event()
            for _ in range(draw.randrange(40)):
                if draw.random() < 0.02:
                    owner = f"vm {draw.randrange(self.machines)} process {draw.choice([1, 1, 2, 3])} "
                yield owner + self.access()
        yield owner + self.access()

    def page(self):
        # The low part is touched far more often; several pages of each part share a set.
        draw = self.random
        return 0x400 + (draw.randrange(48) if draw.random() < 0.7 else draw.randrange(600))

    def range(self):
        draw = self.random
        length = draw.choice([1, 2, 5, 33, 34, 35, 70, 200])
        return f"{self.page() + draw.choice([0, 0, self.distance]) << 12:#x} {length << 12}"

    def access(self):
        draw = self.random
        kind = draw.choice(["fetch", "fetch", "load", "load", "store", "modify"])
        page = self.page() + (self.distance if kind == "fetch" else 0)
        offset = draw.choice([0, 8, 4088, 4092, draw.randrange(4090)])
        return f"{kind} {(page << 12) + offset:#x} {draw.choice([1, 4, 8, 8, 16])}"

    def event(self):
        draw = self.random
        kind = draw.choice(["map"] * 4 + ["unmap"] * 4 + ["protect"] * 4 + ["remap", "advise", "break", "clone", "exit"])
        if kind == "map":
            sort = draw.choice(["anonymous", "anonymous", "file", "shared", "stack"])
            return f"map {self.range()} {draw.choice(self.PROTECTIONS)} {sort}"
        if kind == "unmap":
            return f"unmap {self.range()}"
        if kind == "protect":
            return f"protect {self.range()} {draw.choice(self.PROTECTIONS)}"
        if kind == "remap":
            old = draw.randrange(0x400, 0x600)
            new = draw.choice([old, draw.randrange(0x700, 0x800)])
            return f"remap {old << 12:#x} {draw.randrange(1, 60) << 12} {new << 12:#x} {draw.randrange(1, 60) << 12}"
        if kind == "advise":
            return f"advise {self.range()} {draw.choice(['discard', 'free'])}"
        if kind == "break":
            return f"program-break {0x800000 + (draw.randrange(100) << 12):#x}"
        if kind == "clone":
            return f"clone {draw.choice([2, 3])} copied"
        return "exit process"

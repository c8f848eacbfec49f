"""TLBs of native translation as the rules describe them, least recently used. See check_tlb_events.py."""

import collections

MISSES = ["l1i_misses", "l1d_misses", "l2_misses"]


class TLB:
    """One level, least recently used, as a list for each set."""

    def __init__(self, shape):
        entries, self.ways = shape
        self.sets = [collections.OrderedDict() for _ in range(entries // self.ways)]

    def lookup(self, tag):
        rows = self.sets[tag[-1] % len(self.sets)]
        if tag not in rows:
            return False
        rows.move_to_end(tag)
        return True

    def fill(self, tag):
        rows = self.sets[tag[-1] % len(self.sets)]
        if tag not in rows and len(rows) == self.ways:
            rows.popitem(last=False)
        rows[tag] = True
        rows.move_to_end(tag)

    def drop(self, tag):
        self.sets[tag[-1] % len(self.sets)].pop(tag, None)

    def drop_machine(self, vm):
        for rows in self.sets:
            for tag in [tag for tag in rows if tag[0] == vm]:
                del rows[tag]


class TLBs:
    """A split first level and a shared second one."""

    def __init__(self, machine):
        self.instructions, self.data, self.second = map(TLB, machine)
        self.levels = (self.instructions, self.data, self.second)
        self.misses = dict.fromkeys(MISSES, 0)

    def access(self, tag, is_fetch):
        first = self.instructions if is_fetch else self.data
        if first.lookup(tag):
            return
        self.misses["l1i_misses" if is_fetch else "l1d_misses"] += 1
        if not self.second.lookup(tag):
            self.misses["l2_misses"] += 1
            self.second.fill(tag)
        first.fill(tag)

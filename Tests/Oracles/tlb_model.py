"""TLBs of native translation as the rules describe them, least recently used. See check_tlb_events.py."""

import collections

MISSES = ["l1i_misses", "l1d_misses", "l2_misses"]


class TLB:
    """One level, least recently used, as a list for each set.

    Of n sets, page p has set p mod n; under "xor" the remainder of p XOR that of p // n.
    """

    def __init__(self, shape):
        entries, self.ways, self.index = shape
        self.sets = [collections.OrderedDict() for _ in range(entries // self.ways)]

    def rows(self, page):
        quotient, remainder = divmod(page, len(self.sets))
        return self.sets[remainder ^ quotient % len(self.sets) if self.index == "xor" else remainder]

    def lookup(self, tag):
        rows = self.rows(tag[-1])
        if tag not in rows:
            return False
        rows.move_to_end(tag)
        return True

    def fill(self, tag):
        rows = self.rows(tag[-1])
        if tag not in rows and len(rows) == self.ways:
            rows.popitem(last=False)
        rows[tag] = True
        rows.move_to_end(tag)

    def drop(self, tag):
        self.rows(tag[-1]).pop(tag, None)

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

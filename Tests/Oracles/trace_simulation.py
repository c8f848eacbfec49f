"""Takes traces in the text form through guests and TLBs. See check_tlb_events.py."""

import guest_model
import tlb_model


def number(text):
    """A number of the text form."""
    scale = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1], 1)
    return int(text[:-1] if scale > 1 else text, 0) * scale


def pages(address, length):
    start, length = number(address), number(length)
    return (start >> 12, start + length + 4095 >> 12) if length else (start >> 12, start >> 12)


class Simulation:
    """Reads lines of the text form and keeps every guest and every machine's TLBs."""

    def __init__(self, machines):
        self.tlbs = [tlb_model.TLBs(machine) for machine in machines]
        self.counts = dict.fromkeys(guest_model.REQUESTS, 0)
        self.guests, self.owner = {}, {}

    def results(self):
        return [{**tlbs.misses, **self.counts} for tlbs in self.tlbs]

    def take(self, line):
        words = line.partition("#")[0].replace(",", " ").split()
        words = self.take_owner(words)
        if not words:
            return
        vm, process = self.owner.get("vm"), self.owner.get("process")
        if vm not in self.guests:
            self.guests[vm] = guest_model.Guest(vm, self.tlbs, self.counts)
        kind, operands = words[0], words[1:]
        if kind in ("fetch", "load", "store", "modify"):
            address, size = number(operands[0]), number(operands[1]) if len(operands) > 1 else 0
            first, last = address >> 12, address + max(size, 1) - 1 >> 12
            for page in range(first, last + 1):
                self.guests[vm].access(process, page, kind)
        else:
            self.take_event(self.guests[vm], process, kind, operands)

    def take_owner(self, words):
        """Notes the owner that a line names; returns the words behind it."""
        named, place = {}, 0
        while place < len(words) and words[place] in ("vm", "vcpu", "process", "thread", "unknown"):
            if words[place] != "unknown":
                place += 1
                named[words[place - 1]] = int(words[place], 0)
            place += 1
        if place:
            self.owner = named
        return words[place:]

    @staticmethod
    def take_event(guest, process, kind, operands):
        """A system call, made by its process, which runs then."""
        if kind == "clone" and operands[1] == "copied":
            guest.fork(process, number(operands[0]))
        elif kind == "exit" and operands[0] == "process":
            if process in guest.processes:
                guest.run(process)
                guest.end(process)
        elif kind in ("map", "unmap", "protect", "remap", "program-break", "advise"):
            running = guest.run(process)
            if kind == "map":
                guest.map(running, *pages(*operands[:2]), operands[2].ljust(3, "-"), operands[3])
            elif kind == "unmap":
                guest.unmap(running, *pages(*operands))
            elif kind == "protect":
                guest.protect(running, *pages(*operands[:2]), operands[2].ljust(3, "-"))
            elif kind == "remap":
                guest.remap(running, *pages(*operands[:2]), *pages(*operands[2:]))
            elif kind == "program-break" and number(operands[0]):
                guest.set_break(running, number(operands[0]) + 4095 >> 12)
            elif kind == "advise" and operands[2] == "discard":
                guest.clear(running, *pages(*operands[:2]))

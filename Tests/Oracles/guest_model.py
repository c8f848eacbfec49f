"""A guest operating system as the rules describe it, page by page. See check_tlb_events.py."""

import collections

INVLPG_LIMIT = 33
REQUESTS = ["page_invalidations", "address_space_switches"]


class Frame:
    """Memory behind a page, with the number of entries that map it; the zero page is one frame that all share."""

    def __init__(self):
        self.users = 1


ZERO = Frame()


class Entry:
    def __init__(self, frame, writable, executable, copied_on_write):
        self.frame, self.writable, self.executable = frame, writable, executable
        self.copied_on_write, self.present = copied_on_write, True

    def copy(self):
        entry = Entry(self.frame, self.writable, self.executable, self.copied_on_write)
        entry.present = self.present
        if self.frame is not ZERO:
            self.frame.users += 1
        return entry

    def release(self):
        if self.frame is not ZERO:
            self.frame.users -= 1


Area = collections.namedtuple("Area", "start end protection kind")


class Process:
    def __init__(self):
        self.areas, self.entries, self.heap = [], {}, None

    def area(self, page):
        return next((area for area in self.areas if area.start <= page < area.end), None)

    def cut(self, start, end):
        """Takes the areas of a range out; returns them, clipped to it."""
        cut, kept = [], []
        for area in self.areas:
            if area.end <= start or area.start >= end:
                kept.append(area)
                continue
            cut.append(area._replace(start=max(area.start, start), end=min(area.end, end)))
            if area.start < start:
                kept.append(area._replace(end=start))
            if area.end > end:
                kept.append(area._replace(start=end))
        self.areas = kept
        return cut

    def held(self, start, end):
        """The pages of a range that have an entry."""
        if end - start < len(self.entries):
            return [page for page in range(start, end) if page in self.entries]
        return sorted(page for page in self.entries if start <= page < end)


class Guest:
    """The operating system of one virtual machine, and the TLBs' view of it."""

    def __init__(self, vm, all_tlbs, counts):
        self.vm, self.all_tlbs, self.counts = vm, all_tlbs, counts
        self.processes, self.running = {}, None

    # What reaches the TLBs ---------------------------------------------------------------------------------------

    def invalidate_page(self, page):
        self.counts["page_invalidations"] += 1
        self.drop(page)

    def drop(self, page):
        for tlbs in self.all_tlbs:
            for level in tlbs.levels:
                level.drop((self.vm, page))

    def load_root(self):
        self.counts["address_space_switches"] += 1
        for tlbs in self.all_tlbs:
            for level in tlbs.levels:
                level.drop_machine(self.vm)

    def flush(self, pages):
        """After a change of the entries of these pages, the ones that could be cached."""
        if len(pages) > INVLPG_LIMIT:
            self.load_root()
        else:
            for page in pages:
                self.invalidate_page(page)

    # Processes ---------------------------------------------------------------------------------------------------

    def run(self, number):
        if self.running is None or self.running[0] != number:
            process = self.processes.setdefault(number, Process())
            self.running = (number, process)
            self.load_root()
        return self.running[1]

    def fork(self, number, child):
        parent = self.run(number)
        if child == number:
            return
        self.end(child)
        copy = self.processes[child] = Process()
        copy.areas, copy.heap = list(parent.areas), parent.heap
        narrowed = False
        for page, entry in parent.entries.items():
            area = parent.area(page)
            if entry.writable and not (area and area.kind == "shared"):
                entry.writable, narrowed = False, True
            copy.entries[page] = entry.copy()
        if narrowed:
            self.load_root()

    def end(self, number):
        process = self.processes.pop(number, None)
        if process is None:
            return
        for entry in process.entries.values():
            entry.release()
        if self.running and self.running[0] == number:
            self.running = None

    # Memory ------------------------------------------------------------------------------------------------------

    def access(self, number, page, kind):
        process = self.run(number)
        is_write, is_fetch = kind in ("store", "modify"), kind == "fetch"
        while True:
            entry = process.entries.get(page)
            if entry is None:
                self.map_page(process, page, is_write, is_fetch)
            elif not entry.present:
                entry.present = True
            elif is_write and not entry.writable:
                self.drop(page)
                self.make_writable(process, page, entry)
            elif is_fetch and not entry.executable:
                self.drop(page)
                entry.executable = True
            else:
                break
        for tlbs in self.all_tlbs:
            tlbs.access((self.vm, page), is_fetch)

    def map_page(self, process, page, is_write, is_fetch):
        area = process.area(page)
        private_file = area is None or area.kind in ("file", None)
        zero = not is_write and not private_file and area.kind != "shared"
        shared_writable = not private_file and not zero and "w" in area.protection
        process.entries[page] = Entry(
            ZERO if zero else Frame(), writable=is_write or shared_writable,
            executable=is_fetch or area is None or "x" in area.protection,
            copied_on_write=private_file and not is_write)

    def may_be_written_in_place(self, entry, area):
        if entry.frame is ZERO:
            return False
        if area and area.kind == "shared":
            return True
        return not entry.copied_on_write and entry.frame.users == 1

    def make_writable(self, process, page, entry):
        if not self.may_be_written_in_place(entry, process.area(page)):
            entry.release()
            entry.frame, entry.copied_on_write = Frame(), False
            self.invalidate_page(page)  # clear, INVLPG, set
        entry.writable = True

    def clear(self, process, start, end):
        present = []
        for page in process.held(start, end):
            entry = process.entries.pop(page)
            entry.release()
            if entry.present:
                present.append(page)
        self.flush(present)

    def unmap(self, process, start, end):
        process.cut(start, end)
        self.clear(process, start, end)

    def map(self, process, start, end, protection, kind):
        self.unmap(process, start, end)
        if start < end:
            process.areas.append(Area(start, end, protection, kind))

    def protect(self, process, start, end, protection):
        areas = sorted(process.cut(start, end))
        pieces, here = [], start
        for area in areas:
            pieces += [(here, area.start, None, None), tuple(area)]
            here = area.end
        pieces.append((here, end, None, None))
        present = []
        for first, last, old, kind in pieces:
            if first >= last:
                continue
            area = Area(first, last, protection, kind)
            process.areas.append(area)
            if kind is not None and old == protection:
                continue
            for page in process.held(first, last):
                entry = process.entries[page]
                if entry.present:
                    present.append(page)
                entry.present = protection != "---"
                entry.writable = "w" in protection and self.may_be_written_in_place(entry, area)
                entry.executable = "x" in protection
        self.flush(present)

    def extend(self, process, area, start, end):
        if area and start < end:
            process.areas.append(area._replace(start=start, end=end))

    def remap(self, process, old, old_end, new, new_end):
        if old == new:
            if new_end < old_end:
                self.unmap(process, new_end, old_end)
            elif new_end > old_end:
                self.unmap(process, old_end, new_end)
                self.extend(process, process.area(old_end - 1), old_end, new_end)
            return
        self.unmap(process, new, new_end)
        moved = min(old_end, old + new_end - new)
        if moved < old_end:
            self.unmap(process, moved, old_end)
        pieces = sorted(process.cut(old, moved))
        for area in pieces:
            process.areas.append(area._replace(start=area.start - old + new, end=area.end - old + new))
        last = pieces[-1] if pieces else None
        self.extend(process, last, new + moved - old, new_end)
        present = []
        for page in process.held(old, moved):
            entry = process.entries.pop(page)
            process.entries[page - old + new] = entry
            if entry.present:
                present.append(page)
        self.flush(present)

    def set_break(self, process, end):
        start, top = process.heap or (end, end)
        if end < top:
            self.unmap(process, max(end, start), top)
        elif end > top:
            process.cut(top, end)
            process.areas.append(Area(top, end, "rw-", "anonymous"))
        process.heap = (min(start, end), end)

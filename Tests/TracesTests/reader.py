"""Reads a Pagewalk trace by the letter of Container.md and Codecs.md: prints every record and event, then a digest.

Usage: reader.py TRACE      (standard library only; slow and plain on purpose)
"""

import gzip
import hashlib
import struct
import sys
import zlib

FIXED = bytes.fromhex("1f8b08060000000000ff280050572400")
HEADER, CHECKPOINT, EVENTS, OFFSETS, BLOCK, INDEX, FOOTER = range(1, 8)
WORD = 1 << 64


class Bad(Exception):
    """The trace breaks a law of the format."""


def require(holds, what):
    if not holds:
        raise Bad(what)


class Cursor:
    """Numbers of a payload, in order."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        require(self.at + size <= len(self.data), "a column ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                require(byte != 0 or shift == 0, "a number is not in its shortest form")
                require(value < WORD, "a number has more than 64 bits")
                return value
            shift += 7

    def signed(self):
        return unzigzag(self.varint())

    def optional(self):
        return self.varint() if self.flag() else None

    def flag(self):
        flag = self.byte()
        require(flag <= 1, "a flag")
        return flag == 1

    def columns(self, count):
        sizes = [self.varint() for _ in range(count)]
        return [Cursor(self.take(size)) for size in sizes]

    def end(self):
        require(self.at == len(self.data), "bytes are left over")


def unzigzag(number):
    return -(number >> 1) - 1 if number & 1 else number >> 1


def canonical(address):
    address &= (1 << 57) - 1
    return address | (WORD - (1 << 57)) if address >> 56 else address


def members(data):
    """Each member's header fields and payload, all checksums checked."""
    at = 0
    while at < len(data):
        head = data[at : at + 54]
        require(len(head) == 54, "cut short")
        require(zlib.crc32(head[:52]) & 0xFFFF == struct.unpack("<H", head[52:])[0], "header checksum")
        require(head[:16] == FIXED, "a constant byte")
        major, kind, codec, flags = head[16:20]
        require(major == 1 and flags == 0, "version or flags")
        number, block, packed, size, count, first, crc = struct.unpack("<IIIIIQI", head[20:52])
        body = data[at + 54 : at + 54 + packed + 8]
        require(len(body) == packed + 8, "cut short")
        require(zlib.crc32(body) == crc, "body checksum")
        payload = gzip.decompress(head + body)
        require(len(payload) == size, "size")
        yield dict(at=at, kind=kind, codec=codec, number=number, block=block, count=count, first=first), payload
        at += 54 + len(body)


def owners(cursor):
    def part():
        number = cursor.varint()
        return "-" if number == 0 else str(number - 1)

    return ["/".join(part() for _ in range(4)) for _ in range(cursor.varint())]


def block_records(codec, payload, count, offsets):
    """The block's records in order: owner, kind, address, size; and the owners of the stretches."""
    cursor = Cursor(payload)
    table = owners(cursor)
    stretches = [(cursor.varint(), cursor.varint()) for _ in range(cursor.varint())]
    totals = [0] * len(table)
    for owner, length in stretches:
        totals[owner] += length
    require(sum(totals) == count, "stretches")
    if codec == 1:
        streams = [basic_blocks(cursor, total) for total in totals]
    else:
        offsets = Cursor(offsets)
        streams = [pages(cursor, offsets, total) for total in totals]
        offsets.end()
    cursor.end()
    streams = [iter(stream) for stream in streams]
    return [(table[owner],) + next(streams[owner]) for owner, length in stretches for _ in range(length)]


def literals(counts, shapes, column, slot_count):
    counts = [counts.varint() for _ in range(slot_count)]
    shapes = [shapes.byte() if count else 1 for count in counts]
    order = sorted(range(slot_count), key=lambda slot: -(shapes[slot] & 15))
    sizes = [sum(c for c, s in zip(counts, shapes) if s & 15 > plane) for plane in range(8)]
    planes = [column.take(size) for size in sizes]
    column.end()
    result, at = [[] for _ in range(slot_count)], 0
    for slot in order:
        for index in range(at, at + counts[slot]):
            value = sum(plane[index] << 8 * k for k, plane in enumerate(planes[: shapes[slot] & 15]))
            result[slot].append(unzigzag(value) << (shapes[slot] >> 4))
        at += counts[slot]
    return [iter(values) for values in result]


def basic_blocks(cursor, count):
    entry_count, slot_count = cursor.varint(), cursor.varint()
    columns = cursor.columns(8)
    definitions, addresses, numbers, runs, choices = columns[:5]
    literal = literals(*columns[5:], slot_count)
    entries, slots, records = [], [], []
    end = first_data = previous = left = 0
    current = None
    while len(records) < count:
        new = False
        if left:
            left -= 1
            current = entries[current]["successor"]
        else:
            number = numbers.varint()
            new = number == 0
            if new:
                operations = [definitions.varint() for _ in range(definitions.varint())]
                if operations[0] & 3 == 0:
                    end = start = canonical(end + addresses.signed())
                    end += sum(operation >> 2 for operation in operations if operation & 3 == 0)
                else:
                    start = 0
                entries.append(
                    dict(start=start, operations=operations, slot=len(slots), successor=len(entries))
                )
                for operation in operations:
                    if operation & 3:
                        first_data += addresses.signed()
                        slots.append([canonical(first_data), 0, 0])
                number = len(entries)
            if current is not None:
                entries[current]["successor"] = number - 1
            current = number - 1
            left = runs.varint()
        entry = entries[current]
        fetch, slot, used = entry["start"], entry["slot"], 0
        for operation in entry["operations"]:
            kind, size = operation & 3, operation >> 2
            if kind == 0:
                address, fetch = canonical(fetch), fetch + size
            else:
                last, stride, distance = slots[slot]
                if used % 4 == 0 and not new:
                    bits = choices.byte()
                choice = 2 if new else bits >> 2 * (used % 4) & 3
                if choice == 3:
                    address = last + next(literal[slot])
                else:
                    address = (last + stride, previous + distance, last)[choice]
                address = canonical(address)
                slots[slot] = [address, address - last, address - previous]
                previous = address
                slot, used = slot + 1, used + 1
            records.append((kind, address, size))
    require(len(records) == count and left == 0, "records")
    require(len(entries) == entry_count and len(slots) == slot_count, "dictionary")
    for column in columns:
        column.end()
    return records


def pages(cursor, offsets, count):
    shape_count = cursor.varint()
    columns = cursor.columns(5)
    table, shapes, groups, lengths, new_pages = columns
    table_of_shapes = [table.varint() for _ in range(shape_count)]
    low, high = offsets.take(count), offsets.take(count)
    records, recent, offset_on, page = [], [], {}, 0
    while len(records) < count:
        code, rank = divmod(groups.byte(), 33)
        length = code + 1 + (lengths.varint() if code == 6 else 0)
        if rank == 32:
            page = canonical(page + new_pages.signed() << 12) >> 12
            offset_on[page] = 0
        else:
            page = recent.pop(rank)
        recent = [page] + recent[:31]
        for _ in range(length):
            shape = table_of_shapes[shapes.varint()]
            size, crosses, kind = shape >> 3, shape >> 2 & 1, shape & 3
            at = len(records)
            offset = offset_on[page] = (offset_on[page] + (low[at] | high[at] << 8)) & 4095
            require(crosses == (offset + size > 4096), "crossing")
            records.append((kind, page << 12 | offset, size))
    for column in columns:
        column.end()
    return records


def events(payload, count):
    cursor = Cursor(payload)
    table = owners(cursor)
    last = {"a": 0, "v": 0}

    def difference(which):
        last[which] = (last[which] + cursor.signed()) % WORD
        return last[which]

    fields_of = {
        0: "map a n b b", 1: "unmap a n", 2: "protect a n b", 3: "remap a n a n", 4: "program-break a",
        5: "advise a n b", 6: "clone n b", 7: "exit b", 16: "table-store a b v", 17: "table-linked a b n t",
        18: "table-unlinked a", 19: "root-retired a", 20: "control-register b v", 21: "invalidate-page a",
        22: "invalidate-context b n a", 23: "page-fault a n? n? a?", 24: "memory-slot a n b",
        25: "shootdown n", 26: "translation a v", 32: "phase n", 33: "gap n?",
    }  # fmt: skip

    def entries():
        index, texts = -1, []
        for _ in range(cursor.varint()):
            index += 1 + cursor.varint()
            texts.append("%d:0x%x" % (index, difference("v")))
        return texts

    result, position = [], 0
    for _ in range(count):
        position += cursor.varint()
        owner = table[cursor.varint()]
        name, *fields = fields_of[cursor.byte()].split()
        texts = []
        for field in fields:
            if field == "t":
                texts += entries()
            elif field.endswith("?") and not cursor.flag():
                texts.append("-")
            elif field[0] == "n":
                texts.append(str(cursor.varint()))
            elif field == "b":
                texts.append(str(cursor.byte()))
            else:
                texts.append("0x%x" % difference(field[0]))
        result.append((position, " ".join([owner, name] + texts)))
    cursor.end()
    return result


def header(payload):
    cursor = Cursor(payload)
    require(cursor.take(15) == b"Pagewalk trace\n", "signature")
    require(cursor.byte() == 1, "version")
    cursor.byte()
    tags = set()
    while cursor.at < len(payload):
        tag = cursor.varint()
        require(tag % 2 == 0 or tag in (1, 3), "an unknown critical field")
        require(tag not in tags, "a field stands twice")
        tags.add(tag)
        cursor.take(cursor.varint())
    require({1, 3} <= tags, "a required field")


def read(data, show):
    """Shows every record and event, and returns the digests of the segments."""
    digests, state = [], None
    for head, payload in members(data):
        if state is None:
            require(head["kind"] == HEADER, "a segment starts with a header")
            header(payload)
            state = dict(start=head["at"], members=0, blocks=0, records=0, events=[], offsets=b"")
            state["hash"] = hashlib.sha256()
        require(head["number"] == state["members"], "a member is missing")
        require((head["block"], head["first"]) == (state["blocks"], state["records"]), "block and first record")
        state["members"] += 1
        if head["kind"] in (BLOCK, OFFSETS, EVENTS):
            prefix = struct.pack("<BBII", head["kind"], head["codec"], head["count"], len(payload))
            state["hash"].update(prefix + payload)
        if head["kind"] == EVENTS:
            state["events"] = events(payload, head["count"])
        elif head["kind"] == OFFSETS:
            state["offsets"] = payload
        elif head["kind"] == BLOCK:
            show_block(head, payload, state, show)
        elif head["kind"] == FOOTER:
            length, _, records = struct.unpack_from("<QQQ", payload)
            require(length == head["at"] - state["start"] and records == state["records"], "footer")
            require(payload[80:112] == state["hash"].digest(), "digest")
            digests.append(state["hash"].digest())
            state = None
    require(digests and state is None, "cut short")
    return digests


def show_block(head, payload, state, show):
    records = block_records(head["codec"], payload, head["count"], state["offsets"])
    base, pending = head["first"], state["events"]
    for position, (owner, kind, address, size) in enumerate(records):
        while pending and pending[0][0] == position:
            show("%d %s" % (base + position, pending.pop(0)[1]))
        show("%d %s %s %016x %d" % (base + position, owner, "ILSM"[kind], address, size))
    for position, text in pending:
        require(position == len(records), "an event beyond its block")
        show("%d %s" % (base + position, text))
    state.update(blocks=state["blocks"] + 1, records=base + len(records), events=[], offsets=b"")


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    digests = read(data, print)
    digest = digests[0] if len(digests) == 1 else hashlib.sha256(b"".join(digests)).digest()
    print("sha256:" + digest.hex())


if __name__ == "__main__":
    main()

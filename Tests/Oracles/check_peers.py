#!/usr/bin/env python3
"""Has simulators of other people count misses on our exports, and compares with ours.

    check_peers.py [--pagewalk FILE] [--limit ACCESSES] [TRACE...]

Each trace is exported as din, champsim and drmemtrace. A reader of a few lines, written from the format's description,
turns the file into pages; libcachesim and pycachesim count the misses of fully associative LRU TLBs on them. Pagewalk
imports the same file and counts by `pagewalk curve --stream both`. Lookups and misses must be equal.

No reader of these formats that runs was found: PyPI and Debian have neither Dinero IV nor ChampSim nor DynamoRIO, only
packages of other things with such names. memtrace2npz on PyPI reads the output of another client of DynamoRIO.
"""

import argparse
import array
import csv
import itertools
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATS = ["din", "champsim", "drmemtrace"]
ENTRIES = [16, 64, 512]
# pycachesim searches a set way by way.
PYCACHESIM_LIMIT = 64


def din(path):
    """(address space, address, size) of each access."""
    with open(path) as file:
        for line in file:
            label, address = line.split()[:2]
            if label in "012":
                yield 0, int(address, 16), 0


def champsim(path):
    with open(path, "rb") as file:
        for fields in struct.iter_unpack("<Q8x2Q4Q", file.read()):
            instruction, first_store, second_store, *loads = fields
            for address in (instruction, *loads, first_store, second_store):
                if address:
                    yield 0, address, 0


def drmemtrace(path):
    fetches = {*range(10, 17), 31, 48, 49}
    process = 0
    with open(path, "rb") as file:
        for kind, size, value in struct.iter_unpack("<HHQ", file.read()):
            if kind == 24:
                process = value
            elif kind in (0, 1) or kind in fetches and size:
                yield process, value, size


def pages(accesses):
    """The pages looked up, numbered by first appearance: two where an access crosses a 4 KiB boundary."""
    result = array.array("Q")
    numbers = {}
    for space, address, size in accesses:
        first = address >> 12
        last = (address + max(size, 1) - 1) >> 12
        for page in (first,) if last == first else (first, last):
            result.append(numbers.setdefault((space, page), len(numbers)))
    return result


def by_libcachesim(numbers, entries):
    import libcachesim

    cache = libcachesim.LRU(entries)
    request = libcachesim.Request()
    request.obj_size = 1
    misses = 0
    # Repeats are hits of the most recent entry, which change nothing.
    for number, _ in itertools.groupby(numbers):
        request.obj_id = number + 1
        misses += not cache.get(request)
    return misses


def by_pycachesim(numbers, entries):
    from cachesim import Cache

    cache = Cache("TLB", 1, entries, 1, "LRU")
    cache.iterload([number for number, _ in itertools.groupby(numbers)])
    return cache.backend.MISS_count


def ours(pagewalk, path, form, folder):
    """(lookups, misses by entries) of the file as Pagewalk imports it."""
    trace = os.path.join(folder, "again.pwt")
    subprocess.run([pagewalk, "import", path, "--format", form, "-o", trace], check=True, stderr=subprocess.DEVNULL)
    command = [pagewalk, "curve", trace, "--page", "4K", "--stream", "both", "--every-size", "--csv", "-"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    misses, lookups, least = {}, 0, 0
    for row in csv.DictReader(line for line in output.splitlines() if not line.startswith("#")):
        misses[int(row["entries"])] = int(row["misses"])
        lookups, least = int(row["lookups"]), int(row["cold_misses"])
    return lookups, {entries: misses.get(entries, least) for entries in ENTRIES}


def check(pagewalk, trace, form, limit, folder):
    """Prints one line a comparison; whether all are equal."""
    path = os.path.join(folder, "exported")
    command = [pagewalk, "export", trace, "--format", form, "-o", path, "--limit", str(limit)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    numbers = pages(globals()[form](path))
    lookups, misses = ours(pagewalk, path, form, folder)
    name = f"{pathlib.Path(trace).name} {form}"
    print(f"{name}: {len(numbers)} lookups" + ("" if lookups == len(numbers) else f", ours {lookups}"))
    agrees = lookups == len(numbers)
    for entries in ENTRIES:
        peers = {"libcachesim": by_libcachesim(numbers, entries)}
        if entries <= PYCACHESIM_LIMIT:
            peers["pycachesim"] = by_pycachesim(numbers, entries)
        for peer, count in peers.items():
            verdict = "equal" if count == misses[entries] else f"DIFFERS, ours {misses[entries]}"
            print(f"  {entries} entries, {peer}: {count} misses, {verdict}")
            agrees = agrees and count == misses[entries]
    return agrees


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pagewalk", default=os.environ.get("PAGEWALK", ROOT / ".build/release/pagewalk"))
    parser.add_argument("--limit", type=int, default=1_000_000, help="accesses of each trace (default: a million)")
    names = ["sqlite", "hashjoin", "guests/fork"]
    parser.add_argument("traces", nargs="*", default=[str(ROOT / f"traces/{name}.pwt") for name in names])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = [
            check(str(options.pagewalk), trace, form, options.limit, folder)
            for trace in options.traces for form in FORMATS]
    print(f"{sum(results)} of {len(results)} files agree")
    sys.exit(not all(results))


if __name__ == "__main__":
    main()

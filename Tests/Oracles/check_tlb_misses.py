#!/usr/bin/env python3
"""Compares TLB misses with those of pycachesim, a cache simulator that is not ours.

    check_tlb_misses.py [--pagewalk FILE] [--jobs N] [--all-accesses] [TRACE...]

For every trace (those of traces/ by default), every pair of TLB levels below, and LRU and FIFO: the first level's
misses of data and of instructions, and the second level's, must be equal. Two simulators can agree where nothing but
accesses matters, so pagewalk replays `native` with 4K pages and --ignore-events. Stores are loads to pycachesim; an
access that crosses a 4 KiB boundary is two lookups, the lower page first; the first level is split, and its misses
reach the second in the order of the program.

Accesses in a row to one page by one first-level TLB are fed once: touching the most recent entry again changes nothing
under LRU, and a hit never changes FIFO. --all-accesses feeds all of them, which is slower and must give the same.

pycachesim comes from the .venv that script/setup makes. pagewalk is $PAGEWALK or the release build.
"""

import argparse
import concurrent.futures
import csv
import importlib.machinery
import importlib.util
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHUNK_BYTES = 16 << 20

# First level of instructions, first level of data, second level. pycachesim is exact for any number of sets, powers of
# two or not, and for one set of any width.
GEOMETRIES = [
    ("128x8", "64x4", "1536x12"),
    ("16fa", "16fa", "64fa"),
    ("64fa", "64fa", "1536x12"),
    ("32x4", "32x4", "512x4"),
    ("128x8", "128x8", "1024x8"),
    ("64x1", "64x1", "2048x16"),
    ("16x2", "16x2", "1280x5"),
    ("128x8", "64x4", "512fa"),
    ("12x3", "20x4", "96x6"),
]
POLICIES = ["lru", "fifo"]


def load_oracle():
    """script/pycachesim-oracle as a module."""
    path = str(ROOT / "script" / "pycachesim-oracle")
    loader = importlib.machinery.SourceFileLoader("pycachesim_oracle", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def machine_name(geometry, policy):
    return "-".join(geometry) + "-" + policy


def write_machines(folder):
    for geometry, policy in itertools.product(GEOMETRIES, POLICIES):
        instructions, data, second = geometry
        name = machine_name(geometry, policy)
        with open(os.path.join(folder, name + ".yaml"), "w") as file:
            file.write(
                f"machine: {name}\nbase: textbook\nl1.split: split\n"
                f"l1i.4K: {instructions}\nl1d.4K: {data}\nl2: {second}\nl2.split: shared\nl2.index: modulo\n"
                f"l1i.policy: {policy}\nl1d.policy: {policy}\nl2.policy: {policy}\n")
            yield file.name


def start_replay(pagewalk, trace, machines):
    command = [pagewalk, "replay", trace, "--strategy", "native", "--ignore-events", "-j", "1", "--csv", "-"]
    command += [word for machine in machines for word in ("--machine", machine)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def replayed(process):
    """Misses (instructions, data, second level) by machine."""
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode(errors="replace").strip())
    rows = csv.DictReader(line for line in output.decode().splitlines() if not line.startswith("#"))
    return {row["machine"]: tuple(int(row[name]) for name in ("l1i_misses", "l1d_misses", "l2_misses")) for row in rows}


class LastByte(dict):
    """From a size as text to the distance of an access's last byte."""

    def __missing__(self, text):
        self[text] = value = max(int(text) - 1, 0)
        return value


def page_groups(pagewalk, trace, feed_all):
    """Page numbers in program order, as chunks of (instruction pages, data pages) to be taken alternately."""
    export = subprocess.Popen(
        [pagewalk, "export", "--format", "text", trace], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    access = re.compile(rb"\b(fetch|load|store|modify) 0x([0-9a-f]+) (\d+)\n")
    distance = LastByte()
    last_fetch = last_data = -1
    rest = b""
    while True:
        text = export.stdout.read(CHUNK_BYTES)
        cut = text.rfind(b"\n") + 1
        lines, rest = rest + text[:cut], text[cut:]
        fetches, datas = [[]], []
        pages, is_fetching = fetches[0], True
        for kind, digits, size in access.findall(lines):
            address = int(digits, 16)
            page = address >> 12
            last = (address + distance[size]) >> 12
            if kind == b"fetch":
                if page == last_fetch == last and not feed_all:
                    continue
                if not is_fetching:
                    pages, is_fetching = [], True
                    fetches.append(pages)
                last_fetch = last
            else:
                if page == last_data == last and not feed_all:
                    continue
                if is_fetching:
                    pages, is_fetching = [], False
                    datas.append(pages)
                last_data = last
            pages.append(page)
            if last != page:
                pages.append(last)
        if len(datas) < len(fetches):
            datas.append([])
        yield fetches, datas
        if not text:
            break
    if export.wait():
        raise RuntimeError(export.stderr.read().decode(errors="replace").strip())


def simulate(groups):
    """Misses (instructions, data, second level) of pycachesim, by machine."""
    oracle = load_oracle()
    from cachesim import Cache

    levels = {}
    for geometry, policy in itertools.product(GEOMETRIES, POLICIES):
        instructions, data, second = map(oracle.geometry, geometry)
        behind = oracle.make(Cache, "L2", second, policy)
        levels[machine_name(geometry, policy)] = (
            oracle.make(Cache, "L1I", instructions, policy, behind), oracle.make(Cache, "L1D", data, policy, behind),
            behind)
    for fetches, datas in groups:
        for instructions, data, _ in levels.values():
            fetch, load = instructions.backend.iterload, data.backend.iterload
            for fetched, loaded in zip(fetches, datas):
                fetch(fetched)
                load(loaded)
    return {name: tuple(level.backend.MISS_count for level in three) for name, three in levels.items()}


def check(pagewalk, trace, machines, feed_all):
    """The number of comparisons that held, and a line for each that did not."""
    try:
        replay = start_replay(pagewalk, trace, machines)
        expected = simulate(page_groups(pagewalk, trace, feed_all))
        actual = replayed(replay)
    except (RuntimeError, OSError) as error:
        return 0, [f"{trace}: {error}"]
    names = ("l1i_misses", "l1d_misses", "l2_misses")
    passed, complaints = 0, []
    for name, misses in expected.items():
        if actual.get(name) == misses:
            passed += 1
            continue
        found = actual.get(name, ("no row",) * 3)
        differences = ", ".join(f"{key} {b}, pycachesim {a}" for key, a, b in zip(names, misses, found) if a != b)
        complaints.append(f"{trace} {name}: {differences}")
    return passed, complaints


def default_pagewalk():
    return os.environ.get("PAGEWALK") or str(ROOT / ".build" / "release" / "pagewalk")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="*", metavar="TRACE")
    parser.add_argument("--pagewalk", default=default_pagewalk(), metavar="FILE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="traces at once")
    parser.add_argument("--all-accesses", action="store_true", help="feed repeated accesses to a page, too")
    options = parser.parse_args()
    try:
        import cachesim  # noqa: F401: that it can be had
    except ImportError:
        sys.exit("check_tlb_misses.py: no module cachesim; run script/setup and use .venv/bin/python")
    traces = options.traces or sorted(str(path) for path in (ROOT / "traces").glob("*.pwt"))
    if not traces:
        sys.exit("check_tlb_misses.py: no traces")
    total, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        machines = list(write_machines(folder))
        with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
            futures = [pool.submit(check, options.pagewalk, trace, machines, options.all_accesses) for trace in traces]
            for trace, future in zip(traces, futures):
                passed, complaints = future.result()
                total, failed = total + passed, failed + len(complaints)
                print(f"{trace}: {passed} machines agree", *complaints, sep="\n", flush=True)
    print(f"{total} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

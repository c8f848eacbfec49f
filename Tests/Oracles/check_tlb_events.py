#!/usr/bin/env python3
"""Compares TLB misses on traces with events with those of a simulator written from the rules, in plain Python.

    check_tlb_events.py [--pagewalk FILE] [--seeds N] [--records N] [TRACE...]

The traces given (by default traces/two-vms.txt and the recorded one with most events, of which the first --records
accesses), and random ones of a seeded generator: processes of one or two virtual machines that map, unmap, protect, move,
discard, fork and exit. For each, `pagewalk replay --strategy native` with 4K pages must miss as often in either first
level and in the second, invalidate as many pages and load as many roots.

The rules are those of semantics.md, 5 to 9 and 16. What they leave open is read so:
- an access that lacks a permission drops the page's entries everywhere (Intel SDM volume 3, 4.10.4.1: so does a page
  fault), and so misses every level on its one counted lookup, as the retry does;
- a load of CR3 with PCID off drops all entries of its virtual machine, those of other machines stay;
- memory that no event mapped is a private file's: a read maps it, a write copies it;
- a read of anonymous memory before the first write maps the zero page, which the replay is asked for;
- what the recorded protection forbids and the program did all the same is granted.

--mixed is off because page runs show there (rule 3): a run of data accesses to a page that goes on after an instruction
fault dropped that page's entries takes no second lookup, and the other way round.
"""

import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from guest_model import INVLPG_LIMIT, REQUESTS  # noqa: E402
from random_program import RandomProgram  # noqa: E402
from tlb_model import MISSES  # noqa: E402
from trace_simulation import Simulation  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = MISSES + REQUESTS

# Instructions, data, second level: (entries, ways, index).
MACHINES = [
    ((128, 8, "modulo"), (64, 4, "modulo"), (1536, 12, "modulo")),
    ((8, 2, "modulo"), (8, 4, "modulo"), (48, 6, "modulo")),
    ((16, 16, "modulo"), (24, 8, "modulo"), (80, 80, "modulo")),
    ((128, 8, "modulo"), (64, 4, "modulo"), (1536, 12, "xor")),
    ((128, 8, "xor"), (64, 4, "xor"), (256, 4, "xor")),
    ((8, 2, "xor"), (8, 4, "xor"), (48, 6, "xor")),
    ((16, 16, "xor"), (24, 3, "xor"), (64, 1, "xor")),
]


def run(command):
    result = subprocess.run(command, capture_output=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command[:2])}: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout.decode()


def shape(geometry):
    entries, ways, _ = geometry
    return f"{entries}x{ways}"


def write_machines(folder):
    for index, (instructions, data, second) in enumerate(MACHINES):
        path = os.path.join(folder, f"machine-{index}.yaml")
        with open(path, "w") as file:
            file.write(
                f"machine: events-{index}\nbase: textbook\nl1i.4K: {shape(instructions)}\nl1d.4K: {shape(data)}\n"
                f"l2: {shape(second)}\nl1i.index: {instructions[2]}\nl1d.index: {data[2]}\nl2.index: {second[2]}\n"
                f"pcid: off\nvpid: on\nguest.invlpg-limit: {INVLPG_LIMIT}\n")
            yield path


def replayed(pagewalk, trace, machines):
    """Counts by machine; those of several rows (the virtual machines of one trace) added up."""
    words = [word for machine in machines for word in ("--machine", machine)]
    zero_page = ["--set", "guest.zero-page=on"]
    output = run([pagewalk, "replay", trace, "--strategy", "native", "-j", "1", "--csv", "-", *zero_page, *words])
    totals = [dict.fromkeys(COUNTS, 0) for _ in machines]
    for row in csv.DictReader(line for line in output.splitlines() if not line.startswith("#")):
        for name in COUNTS:
            totals[int(row["machine"].rpartition("-")[2])][name] += int(row[name])
    return totals


def compare(pagewalk, name, trace, machines):
    """Complaints about one trace."""
    simulation = Simulation(MACHINES)
    for line in run([pagewalk, "export", "--format", "text", trace]).splitlines():
        simulation.take(line)
    complaints = []
    for index, (expected, found) in enumerate(zip(simulation.results(), replayed(pagewalk, trace, machines))):
        differences = [f"{key} {found[key]}, by the rules {expected[key]}" for key in COUNTS if found[key] != expected[key]]
        if differences:
            complaints.append(f"{name} machine {index}: {'; '.join(differences)}")
    return complaints


def cut(pagewalk, trace, records, folder):
    path = os.path.join(folder, "cut-" + os.path.basename(trace))
    run([pagewalk, "cut", trace, "--limit", str(records), "-o", path])
    return path


def imported(pagewalk, name, text, folder):
    source = os.path.join(folder, name + ".txt")
    with open(source, "w") as file:
        file.writelines(line + "\n" for line in text)
    path = os.path.join(folder, name + ".pwt")
    run([pagewalk, "import", source, "--format", "text", "-o", path])
    return path


def most_events(pagewalk):
    """The bundled trace with most events, or none."""
    traces = sorted(str(path) for path in (ROOT / "traces").glob("*.pwt"))
    described = [(json.loads(run([pagewalk, "info", "--json", trace]))[0].get("events", 0), trace) for trace in traces]
    return [max(described)[1]] if described else []


def default_traces(pagewalk):
    text = ROOT / "traces" / "two-vms.txt"
    return ([str(text)] if text.exists() else []) + most_events(pagewalk)


def default_pagewalk():
    return os.environ.get("PAGEWALK") or str(ROOT / ".build" / "release" / "pagewalk")


def inputs(options, folder):
    """Names and traces to compare on."""
    pagewalk = options.pagewalk
    for trace in options.traces or default_traces(pagewalk):
        if trace.endswith(".txt"):
            name = pathlib.Path(trace).stem
            yield trace, imported(pagewalk, name, pathlib.Path(trace).read_text().splitlines(), folder)
        else:
            yield f"{trace}, first {options.records}", cut(pagewalk, trace, options.records, folder)
    for seed in range(1, options.seeds + 1):
        name = f"random-{seed}"
        yield name, imported(pagewalk, name, RandomProgram(seed, options.events, options.mixed).lines(), folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="*", metavar="TRACE", help="recorded (.pwt) or in the text form (.txt)")
    parser.add_argument("--pagewalk", default=default_pagewalk(), metavar="FILE")
    parser.add_argument("--seeds", type=int, default=6, metavar="N", help="random traces")
    parser.add_argument("--events", type=int, default=2000, metavar="N", help="events of a random trace")
    parser.add_argument(
        "--mixed", action="store_true", help="random traces have instructions and data in the same pages")
    parser.add_argument("--records", type=int, default=300_000, metavar="N", help="accesses of a recorded trace")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        machines = list(write_machines(folder))
        for name, trace in inputs(options, folder):
            complaints = compare(options.pagewalk, name, trace, machines)
            failed += len(complaints)
            passed += len(machines) - len(complaints)
            print(*complaints or [f"{name}: agrees on {len(machines)} machines"], sep="\n", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks that a reader written from the specification alone reads the bundled traces as pagewalk does.

    check_reader.py [--pagewalk FILE] [--records N | --all] [TRACE...]

Compares Tests/TracesTests/reader.py (standard library only) with `pagewalk export`: every access with its kind,
address and size, every event with its first number, all in order; of whole traces the digest too. The first 200,000
records of each trace by default; all of them take about two minutes a trace.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGISTERS = {"0": "cr0", "3": "cr3", "4": "cr4", "8": "efer"}
KINDS = {"I": "fetch", "L": "load", "S": "store", "M": "modify"}


class Enough(Exception):
    """As many records were compared as were asked for."""


def specification_reader():
    path = ROOT / "Tests" / "TracesTests" / "reader.py"
    specification = importlib.util.spec_from_file_location("reader", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


class Comparison:
    """Takes the reader's lines one by one, and holds each against pagewalk's."""

    def __init__(self, exported, limit):
        self.exported = (line for line in exported if not line.startswith("#"))
        self.limit, self.records, self.events = limit, 0, 0

    @staticmethod
    def without_owner(words):
        while words and words[0] in ("vm", "vcpu", "process", "thread", "unknown"):
            words = words[1 if words[0] == "unknown" else 2 :]
        return words

    def take(self, line):
        words = line.split()
        is_record = words[2] in KINDS
        if is_record and self.records == self.limit:
            raise Enough
        theirs = self.without_owner(next(self.exported, "").split())
        if is_record:
            self.records += 1
            ours = [KINDS[words[2]], int(words[3], 16), int(words[4])]
            theirs = theirs[:1] + [int(word, 0) for word in theirs[1:3]]
        else:
            self.events += 1
            ours, theirs = words[2:4], theirs[:2]
            if ours[0] == "control-register":
                ours[1] = REGISTERS[ours[1]]
        if ours != theirs:
            raise ValueError(f"record {self.records}: the specification says {ours}, pagewalk says {theirs}")


def check(reader, pagewalk, trace, limit):
    """What differs, or nothing."""
    export = subprocess.Popen([pagewalk, "export", trace], stdout=subprocess.PIPE, text=True)
    comparison = Comparison(export.stdout, limit)
    try:
        digests = reader.read(pathlib.Path(trace).read_bytes(), comparison.take)
        rest = next(comparison.exported, None)
        if rest is not None:
            return f"pagewalk goes on with {rest.strip()}"
        described = json.loads(subprocess.run([pagewalk, "info", "--json", trace], capture_output=True, check=True).stdout)
        if len(digests) == 1 and described[0]["segments"][0]["digest"] != "sha256:" + digests[0].hex():
            return "the digests differ"
    except Enough:
        pass
    except ValueError as difference:
        return str(difference)
    finally:
        export.kill()
        export.wait()
    print(f"  {comparison.records:,} records and {comparison.events:,} events the same")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="*", metavar="TRACE")
    parser.add_argument(
        "--pagewalk", default=os.environ.get("PAGEWALK") or str(ROOT / ".build" / "release" / "pagewalk"), metavar="FILE")
    parser.add_argument("--records", type=int, default=200_000, metavar="N", help="compare so many of each trace")
    parser.add_argument("--all", action="store_true", help="compare all records")
    options = parser.parse_args()
    traces = options.traces or sorted(str(path) for path in (ROOT / "traces").rglob("*.pwt"))
    if not traces:
        sys.exit("check_reader.py: no traces")
    reader = specification_reader()
    passed = failed = 0
    for trace in traces:
        print(trace, flush=True)
        complaint = check(reader, options.pagewalk, trace, None if options.all else options.records)
        passed, failed = passed + (not complaint), failed + bool(complaint)
        if complaint:
            print(f"  {complaint}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

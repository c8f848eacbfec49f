#!/usr/bin/env python3
"""Checks that a replay writes the same CSV whatever the number of workers, and however often it is run.

    check_same_bytes.py [--pagewalk FILE] [--limit N] [TRACE...]

Two traces (the first and the last of traces/ by default) by themselves and as two virtual machines of one replay, all
four strategies, at one, two and four workers and once more: the rows, that is the lines without `#`, must be the same
bytes each time.
"""

import argparse
import hashlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = [1, 2, 4, 1, 4]


def rows(pagewalk, traces, options, jobs):
    """The CSV's body."""
    command = [pagewalk, "replay", *traces, "--strategy", "native,shadow,nested,real-map", "--csv", "-"]
    command += ["--interval", str(options.limit // 3), "--limit", str(options.limit), "--jobs", str(jobs)]
    result = subprocess.run(command, capture_output=True)
    if result.returncode:
        raise RuntimeError(result.stderr.decode(errors="replace").strip())
    return b"".join(line for line in result.stdout.splitlines(True) if not line.startswith(b"#"))


def check(pagewalk, traces, options):
    """What differs, or nothing."""
    bodies = [rows(pagewalk, traces, options, jobs) for jobs in RUNS]
    if bodies[0].count(b"\n") < 1 + 4:
        return "fewer rows than strategies"
    differing = [jobs for jobs, body in zip(RUNS, bodies) if body != bodies[0]]
    if differing:
        return f"--jobs {', '.join(map(str, differing))} differ from the first run at --jobs {RUNS[0]}"
    print(f"  {len(bodies[0])} bytes, sha256 {hashlib.sha256(bodies[0]).hexdigest()[:16]}, {len(RUNS)} times the same")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="*", metavar="TRACE")
    parser.add_argument(
        "--pagewalk", default=os.environ.get("PAGEWALK") or str(ROOT / ".build" / "release" / "pagewalk"), metavar="FILE")
    parser.add_argument("--limit", type=int, default=2_000_000, metavar="N", help="accesses of each trace")
    options = parser.parse_args()
    bundled = sorted(str(path) for path in (ROOT / "traces").glob("*.pwt"))
    traces = options.traces or sorted({bundled[0], bundled[-1]} if bundled else [])
    if not traces:
        sys.exit("check_same_bytes.py: no traces")
    passed = failed = 0
    for group in [[trace] for trace in traces] + ([traces] if len(traces) > 1 else []):
        print(" and ".join(group), flush=True)
        try:
            complaint = check(options.pagewalk, group, options)
        except (RuntimeError, OSError) as error:
            complaint = str(error)
        passed, failed = passed + (not complaint), failed + bool(complaint)
        if complaint:
            print("  " + complaint)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

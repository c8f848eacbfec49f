"""What the measuring scripts share: processes' times, the C loop's input, tables."""

import csv
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


def fail(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


class Usage:
    """What one run of a process took."""

    def __init__(self, command, stdout=subprocess.DEVNULL):
        before = time.monotonic()
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            fail(f"{' '.join(command)}: {errors.decode(errors='replace').strip()}")
        self.wall = time.monotonic() - before
        self.user = used.ru_utime
        self.cpu = self.user + used.ru_stime
        self.kibibytes = used.ru_maxrss


def text(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def least(repeat, **commands):
    """The least user, CPU and wall seconds of each command, run in turns."""
    best = {}
    for _ in range(repeat):
        for name, command in commands.items():
            usage = Usage(command)
            old = best.setdefault(name, usage)
            for figure in ("user", "cpu", "wall"):
                setattr(old, figure, min(getattr(old, figure), getattr(usage, figure)))
    return best


def table(title, header, rows):
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    print(f"\n### {title}\n")
    for row in [header, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
    sys.stdout.flush()


def rows_of(replay):
    """The rows that a replay prints as CSV."""
    lines = text([*replay, "--csv", "-"]).splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def pack(pagewalk, loop, trace, path):
    """Writes the addresses of a trace as the C loop reads them."""
    export = subprocess.Popen([pagewalk, "export", "--format", "text", trace], stdout=subprocess.PIPE)
    with open(path, "wb") as file:
        subprocess.run([loop, "pack"], stdin=export.stdout, stdout=file, check=True)
    if export.wait():
        fail(f"cannot export {trace}")


def print_head(*notes):
    model = next(
        (line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    print(f"{datetime.date.today()}, {platform.machine()}, {model}, {os.cpu_count()} cores, "
          + "; ".join([f"load {os.getloadavg()[0]:.1f} at the start", *notes]))


def words_of(command):
    """The words NAME=VALUE that a command prints."""
    return dict(word.split("=") for word in text(command).split())


def build_parts():
    """Builds what measures the parts of a replay; linked as pagewalk is."""
    subprocess.run(
        ["swift", "build", "--package-path", "Benchmarks", "-c", "release", "--static-swift-stdlib", "--product",
         "replay-parts"], cwd=ROOT, check=True, stdout=sys.stderr)
    return str(ROOT / "Benchmarks" / ".build" / "release" / "replay-parts")


def build():
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "pagewalk"], cwd=ROOT, check=True, stdout=sys.stderr)
    return str(ROOT / ".build" / "release" / "pagewalk")

#!/usr/bin/env python3
"""instructions.py BENCH [--write]: instructions of one decode, encode and delivery, against thresholds.json.

Seconds depend on the machine and on what else it does; instructions repeat. Each unit is run twice under callgrind, with
different counts, so that what starting the process costs is subtracted. More than 5 % above its threshold fails; `--write`
sets the thresholds to what was counted, for a change that is meant.
"""
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
THRESHOLDS = os.path.join(HERE, "thresholds.json")
TOLERANCE = 0.05
FEW, MANY = 500, 2500


def collected(bench, unit, count):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bench, "exactly", unit, str(count)]
    result = subprocess.run(command, capture_output=True, text=True)
    match = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not match:
        sys.exit(f"instructions: {unit} could not be run\n{result.stderr[-2000:]}")
    return int(match.group(1))


def instructions(bench, unit):
    return round((collected(bench, unit, MANY) - collected(bench, unit, FEW)) / (MANY - FEW))


def main():
    bench = sys.argv[1]
    units = subprocess.run([bench, "exactly"], capture_output=True, text=True, check=True).stdout.split()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(units, pool.map(lambda unit: instructions(bench, unit), units)))
    if "--write" in sys.argv:
        with open(THRESHOLDS, "w") as file:
            file.write(json.dumps(found, indent=2) + "\n")
    with open(THRESHOLDS) as file:
        thresholds = json.load(file)
    failed = set(thresholds) ^ set(found)
    for unit, count in found.items():
        change = count / thresholds[unit] - 1 if unit in thresholds else 0
        if change > TOLERANCE:
            failed.add(unit)
        print(f"{unit:24} {count:8} instructions  {change:+7.1%}{'  too many' if unit in failed else ''}")
    if failed:
        sys.exit(f"instructions: {', '.join(sorted(failed))}: more than {TOLERANCE:.0%} above Benchmarks/thresholds.json, "
                 "or not in it; see docs/benchmarks.md")


if __name__ == "__main__":
    main()

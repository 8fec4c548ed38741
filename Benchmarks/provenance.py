#!/usr/bin/env python3
"""What a table of figures says of itself: the day, the machine, the commit, how the gateway was compiled."""
import datetime
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).parent.parent.resolve()
SWIFT = "swift -c release: -O -whole-module-optimization -cross-module-optimization, baseline x86-64"


def line():
    commit = subprocess.run(
        ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    machine = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                   platform.machine())
    return f"{datetime.date.today()}, {machine}, {os.cpu_count()} cores, commit {commit or 'unknown'}"


if __name__ == "__main__":
    print(f"{line()}; {SWIFT}")

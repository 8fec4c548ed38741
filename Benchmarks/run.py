#!/usr/bin/env python3
"""run.py [--repeats N] [--frames N] [--work FOLDER]: the gateway beside its peers, interleaved, as a table of medians.

Builds nothing of the gateway: `make bench` does. A peer that cannot be built here is left out, and said to be. All run on
core 0 in turn, so what else the machine does falls on all of them. To add one: a class with `name`, `flags`, `build` and
`measure`, which gives nanoseconds by kind, in PEERS.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

import provenance

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def lines(command):
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    output = subprocess.run(pinned + command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


class Gateway:
    name = "marketgate"
    flags = provenance.SWIFT
    bench = os.path.join(ROOT, ".build/release/bench")

    def build(self, work):
        return os.path.exists(self.bench)

    def corpus(self, work):
        return ["--corpus", f"{work}/corpus.jsonl", "--kinds", f"{work}/corpus.kinds"]

    def measure(self, work):
        found = lines([self.bench, "decode", *self.corpus(work), "--rounds", "3", "--json"])
        return {line["kind"]: line["ns_per_frame"] for line in found}

    def checksums(self, work):
        return lines([self.bench, "decode", *self.corpus(work), "--checksums"])


class Simdjson:
    """simdjson's on-demand reader to records with exact decimals: the limit of what can be bought."""
    name = "simdjson, C++"
    command = ["g++", "-std=c++20", "-O3", "-march=native"]
    flags = " ".join(command)

    def build(self, work):
        if not shutil.which("g++"):
            return False
        source = os.path.join(HERE, "peers", "ingest.cpp")
        return subprocess.run([*self.command, source, "-lsimdjson", "-o", f"{work}/ingest"], stderr=subprocess.DEVNULL).returncode == 0

    def measure(self, work):
        found = lines([f"{work}/ingest", work, "100000", "3"])
        return {line["kind"]: line["ns_msg"] for line in found if line["peer"] == "simdjson ondemand, decimal"}


PEERS = [Gateway(), Simdjson()]


def verify(gateway, work):
    """Every field of every event, by the product and by a reader in Python."""
    reference = lines([sys.executable, f"{HERE}/peers/reference.py", f"{work}/corpus.jsonl", f"{work}/corpus.kinds"])
    if reference != gateway.checksums(work):
        sys.exit("run: the decoders and the reader in Python disagree over the corpus")
    events = reference[-1]["events"]
    print(f"All fields of {events:,} events equal those of a reader in Python (json and Decimal).\n")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--frames", type=int, default=200_000)
    options.add_argument("--work", default=os.path.join(ROOT, ".build/bench"))
    chosen = options.parse_args()
    os.makedirs(chosen.work, exist_ok=True)
    corpus = [f"{HERE}/peers/corpus.py", f"{ROOT}/Tests/Fixtures", chosen.work, "--frames", str(chosen.frames)]
    subprocess.run([sys.executable, *corpus], check=True, stdout=subprocess.DEVNULL)
    peers = [peer for peer in PEERS if peer.build(chosen.work)]
    for peer in PEERS:
        print(f"{peer.name}: {peer.flags}" if peer in peers else f"{peer.name}: cannot be built here")
    print()
    if PEERS[0] not in peers:
        sys.exit("run: .build/release/bench is missing: make bench")
    verify(PEERS[0], chosen.work)
    rounds = [[peer.measure(chosen.work) for peer in peers] for _ in range(chosen.repeats)]
    print(f"{provenance.line()}; {chosen.repeats} repeats, ns a frame\n")
    print(f"| kind | {' | '.join(peer.name for peer in peers)} | ratio |")
    print("|---" * (len(peers) + 2) + "|")
    for kind in rounds[0][0]:
        medians = [statistics.median(measured[index][kind] for measured in rounds) for index in range(len(peers))]
        cells = " | ".join(f"{median:.1f}" for median in medians)
        print(f"| {kind} | {cells} | {medians[0] / medians[-1]:.2f} |")


if __name__ == "__main__":
    main()

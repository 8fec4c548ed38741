#!/usr/bin/env python3
"""The product's server on sockets beside the least that C can do, interleaved, as a table of medians.

    Benchmarks/compare.py [fan-out] [rest] [--repeats 5] [--seconds 3]

fan-out  `bench fanout-server` beside peers/c_bcast.c under peers/wsload.c: CPU time of the server for a delivery, closed
         loop with some messages under way (-w) or open loop at a rate (-r), where the 99th percentile is of the latency
rest     `bench rest-server` beside peers/c_rest.c under wrk: 500 candles and one small object, from memory

Server on core 0, load on core 1. Builds the peers with `cc` and nothing of the gateway: `make bench` does. What is missing
(cc, wrk) is left out and said to be."""
import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

import provenance

HERE = pathlib.Path(__file__).parent.resolve()
ROOT = HERE.parent
WORK = ROOT / ".build/bench"
BENCH = pathlib.Path(os.environ.get("BENCH", ROOT / ".build/release/bench"))
CC = ["cc", "-O3", "-march=native"]

# Clients, then how messages are sent: so many under way at a time, or so many a second.
FAN_OUT = [
    (100, "-w", 32), (100, "-w", 64), (100, "-w", 256), (100, "-w", 1), (1000, "-w", 32), (1000, "-w", 1),
    (5000, "-w", 32), (5000, "-w", 1),
    (1000, "-r", 100), (10_000, "-r", 10)]


def build(name, *libraries):
    target = WORK / name
    subprocess.run([*CC, HERE / f"peers/{name}.c", "-o", target, *libraries], check=True)
    return str(target)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Server:
    """A server on core 0, stopped in the end."""

    def __init__(self, command):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *[word.replace("PORT", str(self.port)) for word in command]],
            stdout=subprocess.DEVNULL)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit(f"compare: {command[0]} does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def cpu_microseconds(self):
        # The process's own CPU clock (clock_getcpuclockid).
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1000


def fan_out(server, load, clients, mode, value, seconds):
    command = ["taskset", "-c", "1", load, "-p", str(server.port), "-n", str(clients), mode, str(value), "-t",
               str(seconds), "-P", str(server.process.pid)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {"cost": found["us_cpu_per_deliv"], "p99": found.get("p99_us") or 0}


def rest(server, path, seconds):
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{seconds}s", "--latency",
               f"http://127.0.0.1:{server.port}{path}"]
    before = server.cpu_microseconds
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = server.cpu_microseconds - before
    assert "Non-2xx" not in text, text
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return {"cost": spent / int(re.search(r"(\d+) requests in", text)[1]),
            "p99": float(amount) * {"us": 1, "ms": 1000, "s": 1e6}[unit]}


def row(name, repeats, sides):
    """Both sides in turn; medians."""
    rounds = [[measure() for measure in sides] for _ in range(repeats)]
    (peer, own), (peer_p99, own_p99) = (
        [statistics.median(one[side][key] for one in rounds) for side in (0, 1)] for key in ("cost", "p99"))
    p99 = f"{peer_p99:.0f} | {own_p99:.0f}" if peer_p99 else " | "
    print(f"| {name} | {peer:.3f} | {own:.3f} | {own / peer:.2f} | {p99} |", flush=True)
    return peer, own


def compare_fan_out(chosen):
    load, peer = build("wsload", "-lm"), [build("c_bcast", "-lcrypto"), "PORT", "1"]
    own, costs = [str(BENCH), "fanout-server", "--port", "PORT"], {}
    for clients, mode, value in FAN_OUT:
        def measure(command):
            with Server(command) as server:
                return fan_out(server, load, clients, mode, value, chosen.seconds)

        costs[clients, mode] = row(
            f"fan-out, {clients:,} clients, {mode} {value}", chosen.repeats,
            [lambda: measure(peer), lambda: measure(own)])
    growth = [costs[10_000, "-r"][side] / costs[1000, "-r"][side] for side in (0, 1)]
    print(f"| growth from 1,000 to 10,000 clients | {growth[0]:.3f} | {growth[1]:.3f} | {growth[1] / growth[0]:.2f} | | |")


def compare_rest(chosen):
    own = [str(BENCH), "rest-server", "--port", "PORT"]
    with Server(own) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for name in ("big", "small"):
            connection.request("GET", f"/{name}")
            (WORK / f"{name}.json").write_bytes(connection.getresponse().read())
    peer = [build("c_rest"), "PORT", str(WORK / "big.json"), str(WORK / "small.json")]
    for name in ("big", "small"):
        def measure(command):
            with Server(command) as server:
                return rest(server, f"/{name}", chosen.seconds)

        size = (WORK / f"{name}.json").stat().st_size
        row(f"REST from memory, {size:,} bytes", chosen.repeats, [lambda: measure(peer), lambda: measure(own)])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", nargs="*")
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    chosen = options.parse_args()
    if not BENCH.exists():
        sys.exit("compare: .build/release/bench is missing: make bench")
    if not shutil.which("cc"):
        return print("compare: no cc, so no peers")
    WORK.mkdir(parents=True, exist_ok=True)
    print(f"{provenance.line()}; medians of {chosen.repeats}")
    print(f"C: {' '.join(CC)}; marketgate: {provenance.SWIFT}\n")
    print("| what | C, µs CPU | marketgate, µs CPU | ratio | C, p99 µs | marketgate, p99 µs |\n|---|---|---|---|---|---|")
    if not chosen.what or "fan-out" in chosen.what:
        compare_fan_out(chosen)
    if not chosen.what or "rest" in chosen.what:
        compare_rest(chosen) if shutil.which("wrk") else print("\ncompare: no wrk, so REST is left out")


if __name__ == "__main__":
    main()

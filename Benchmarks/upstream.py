#!/usr/bin/env python3
"""What the gateway spends on an exchange: the release build, against a made-up exchange on the loopback (mock_exchange.py).

    Benchmarks/upstream.py [uncached] [ingest] [footprint] [--seconds 10] [--rounds 3]    # the first two without a name

uncached   CPU time of the gateway for `/ohlc?limit=500` when it has to ask: fetch, read, encode, send; of one client that
           asks again and again, and of 16; when it has just started, and when it has answered as much a minute before;
           beside peers/c_page.c, which receives and sends as many bytes and reads nothing of them
ingest     CPU time for each frame of 1000 subscribed symbols, one frame a symbol a second, beside peers/c_ingest.c, which
           takes the same frames from the same exchange and reads nothing of them
footprint  memory idle, when 1000 symbols have just been subscribed at once, and when what that took has gone back to the
           system; and the time from the start of the process to its first answer

Medians of the rounds, in turn. `--binary` names other builds to put beside each other; `--case` picks rows of `ingest` by a
part of their name. The gateway has core 0, the exchange and the client core 1. CPU time is of all threads, by the clock of the process."""
import argparse
import http.client
import json
import os
import pathlib
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import typing

import mock_exchange
import provenance

ROOT = pathlib.Path(__file__).parent.parent.resolve()
BINARY = ROOT / ".build/release/marketgate"
PEERS = ROOT / ".build/bench"
SYMBOLS = 1000
# What the gateway lets go at once, before it spreads the rest over the minute: 960 of weight, 5 a request.
REQUESTS = 160
WARMING = 30
# How many ask at a time, and of whom.
LOTS = {"just started, one client": 1, "running, one client": 1, "running, 16 clients": 16}
# After so long it lets as many go again.
BUDGET_SECONDS = 62
# How often the gateway gives free memory back, in seconds (Sources/App/HeapTuning.swift).
TRIM = 10


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def connect(port):
    """A connection to a server that may be starting."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def cpu_microseconds(self):
    # The process's own CPU clock (clock_getcpuclockid), with the threads that are gone.
    return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1000


class Gateway:
    """The release build in a process of its own."""

    def __init__(self, exchange_port, binary=BINARY, settings={}):
        self.state = tempfile.TemporaryDirectory()
        self.port, begin = free_port(), time.monotonic()
        address = f"127.0.0.1:{exchange_port}"
        environment = os.environ | {
            "APP_PORT": str(self.port), "WORKERS": "1", "LOG_LEVEL": "ERROR", "EXCHANGES": "binance",
            "LIQUIDATION_EXCHANGES": "binance", "OI_VOL_SYMBOLS": "0", "STATE_DIR": self.state.name,
            "BINANCE_BASE_URL": f"http://{address}", "BINANCE_WS_URL": f"ws://{address}", **settings}
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", binary, "serve"], env=environment, stdout=subprocess.DEVNULL)
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port)
                connection.request("GET", "/health")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.0005)
        self.start_milliseconds = (time.monotonic() - begin) * 1000
        while True:
            connection.request("GET", "/binance/instruments")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                break
            time.sleep(0.05)

    def client(self, symbols=SYMBOLS):
        """A client of the candles of so many symbols."""
        client = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        wish = json.dumps({"op": "subscribe", "id": 1, "args": [
            f"binance/SYM{index}USDT/ohlc?interval=1m" for index in range(symbols)]}).encode()
        client.sendall(b"\x81\xfe" + len(wish).to_bytes(2, "big") + b"\0\0\0\0" + wish)
        return client

    cpu_microseconds = property(cpu_microseconds)

    @property
    def memory(self):
        """Megabytes: resident, and of those the process's own."""
        status = dict(line.split(":", 1) for line in open(f"/proc/{self.process.pid}/status"))
        return {name: round(int(status[name].split()[0]) / 1024, 1) for name in ("VmRSS", "RssAnon")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.state.cleanup()


def compiled(name):
    """A peer in C."""
    PEERS.mkdir(parents=True, exist_ok=True)
    source = pathlib.Path(__file__).parent / f"peers/{name}.c"
    subprocess.run(["cc", "-O3", "-march=native", source, "-o", PEERS / name], check=True)
    return PEERS / name


def head(binaries):
    """Of a table, apart from the one before it."""
    names = " | ".join(f"{path.name}, µs CPU | ratio" for path in binaries)
    print(f"\n| what | C, µs CPU | {names} |\n|---|---|" + "---|---|" * len(binaries), flush=True)


def row(what, rounds):
    """Medians; each round has the floor first."""
    floor, *own = [statistics.median(column) for column in zip(*rounds)]
    print(f"| {what} | {floor:.2f} | " + " | ".join(f"{one:.2f} | {one / floor:.2f}" for one in own) + " |")
    print("  rounds:", json.dumps([[round(one, 2) for one in row] for row in rounds]), file=sys.stderr, flush=True)


def uncached(arguments):
    program, rounds = compiled("c_page"), []
    for _ in range(arguments.rounds):
        own = [ask_all(lambda port, binary=binary: Gateway(port, binary), BUDGET_SECONDS) for binary in arguments.binary]
        size = own[0][1]
        floor = ask_all(lambda port: Floor(program, port, served := free_port(), size, port=served), 0)
        rounds.append([costs for costs, _ in [floor, *own]])
    print(f"pages of {size:,} bytes")
    head(arguments.binary)
    for lot, what in enumerate(LOTS):
        row(what, [[costs[lot] for costs in sides] for sides in rounds])


def ask_all(start, pause):
    """A symbol is asked for once, so nothing is in memory. The first lot finds a gateway that has just started, and must get
    the memory of each answer from the system; the others take the memory of answers that are no longer true. What each lot
    cost, and the bytes of an answer."""
    exchange, _ = mock_exchange.start(port := free_port(), REQUESTS * len(LOTS) + WARMING)
    with start(port) as server:
        Asking(server.port, 1).ask(range(REQUESTS * len(LOTS), REQUESTS * len(LOTS) + WARMING))
        costs = []
        for lot, clients in enumerate(LOTS.values()):
            if lot:
                time.sleep(pause)
            asking, before = Asking(server.port, clients), server.cpu_microseconds
            asking.ask(range(lot * REQUESTS, (lot + 1) * REQUESTS))
            costs.append((server.cpu_microseconds - before) / REQUESTS)
    exchange.kill()
    return costs, asking.size


class Asking:
    """Clients that ask for the candles of a symbol each, and for the next when the answer is there."""

    def __init__(self, port, clients):
        self.clients = [connect(port) for _ in range(clients)]
        self.size = 0

    def ask(self, symbols):
        waiting, selector = iter(symbols), selectors.DefaultSelector()
        for client in self.clients:
            selector.register(client, selectors.EVENT_READ)
            self.next(client, waiting, selector)
        while selector.get_map():
            for key, _ in selector.select():
                self.size = self.read(key.fileobj)
                self.next(key.fileobj, waiting, selector)

    @staticmethod
    def next(client, waiting, selector):
        if (symbol := next(waiting, None)) is None:
            return selector.unregister(client)
        client.sendall(b"GET /binance/ohlc/SYM%dUSDT/1m?limit=500 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % symbol)

    @staticmethod
    def read(client):
        head, _, body = (answer := client.recv(1 << 18)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), answer
        size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        received = len(body)
        while received < size:
            received += len(client.recv(1 << 18))
        return size


class Floor:
    """A peer in C, in a process of its own; one of its arguments may be the port that it serves."""

    def __init__(self, program, *arguments, port=None):
        self.port = port
        self.process = subprocess.Popen(["taskset", "-c", "0", program, *map(str, arguments)])

    def client(self):
        return connect(self.port)

    cpu_microseconds = property(cpu_microseconds)
    __enter__ = Gateway.__enter__

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Case(typing.NamedTuple):
    """A row of the table."""
    name: str
    stream: str
    has_client: bool
    batch: int
    pace: str

    def floor(self, program, exchange_port):
        if not self.has_client:
            return Floor(program, exchange_port, self.stream, SYMBOLS)
        return Floor(program, exchange_port, self.stream, SYMBOLS, served := free_port(), port=served)

    def gateway(self, exchange_port, binary):
        # Where nobody reads, the streams are open for the feed of large trades, which keeps none of these.
        kept = {} if self.has_client else {
            "FEEDS_KEPT": "large_trades", "LARGE_TRADE_THRESHOLD_USD": "1000000000",
            "SUPPORTED_SYMBOLS": ",".join(f"SYM{index}USDT" for index in range(SYMBOLS))}
        return Gateway(exchange_port, binary, kept)


CASES = [
    Case("trades, nobody reads", "aggTrade", False, 1, "burst"),
    Case("trades, nobody reads, evenly over the second", "aggTrade", False, 1, "even"),
    Case("trades, nobody reads, 32 in one write", "aggTrade", False, 32, "burst"),
    Case("candles, one client", "kline_1m", True, 1, "burst"),
    Case("candles, one client, evenly over the second", "kline_1m", True, 1, "even"),
    Case("candles, one client, 32 in one write", "kline_1m", True, 32, "burst"),
]


def drain(client):
    """Reads all that comes; how much so far."""
    received = [0]

    def read():
        try:
            while data := client.recv(1 << 20):
                received[0] += len(data)
        except ConnectionResetError:
            # The floor ends without a goodbye.
            pass

    threading.Thread(target=read, daemon=True).start()
    return received


def settle(sent):
    """Waits until all symbols are subscribed."""
    deadline, seen = time.monotonic() + 60, -1
    while time.monotonic() < deadline and sent.value - seen < SYMBOLS * 0.95:
        seen = sent.value
        time.sleep(1)
    time.sleep(2)


def cost(case, start, seconds):
    """CPU time for a frame, in microseconds."""
    exchange, sent = mock_exchange.start(port := free_port(), SYMBOLS, case.batch, case.pace)
    with start(port) as server:
        client = server.client() if case.has_client else None
        received = drain(client) if client else [0]
        settle(sent)
        # The figure of a minute's turn is another one: every candle ends.
        while case.has_client and not 5 < time.time() % 60 < 58 - seconds:
            time.sleep(0.1)
        before, frames, got = server.cpu_microseconds, sent.value, received[0]
        time.sleep(seconds)
        spent, count = server.cpu_microseconds - before, sent.value - frames
        assert count > SYMBOLS * seconds * 0.9 and (received[0] - got > 100 * count) == case.has_client
        if client:
            client.shutdown(socket.SHUT_RDWR)
    exchange.kill()
    return spent / count


def ingest(arguments):
    program = compiled("c_ingest")
    head(arguments.binary)
    for case in CASES:
        if not any(part in case.name for part in arguments.case):
            continue
        sides = [lambda port, case=case: case.floor(program, port)] + [
            lambda port, case=case, binary=binary: case.gateway(port, binary) for binary in arguments.binary]
        row(case.name, [[cost(case, side, arguments.seconds) for side in sides] for _ in range(arguments.rounds)])


def footprint(arguments):
    for _ in range(arguments.rounds):
        exchange, sent = mock_exchange.start(port := free_port(), SYMBOLS)
        with Gateway(port) as gateway:
            idle, client = gateway.memory, gateway.client()
            drain(client)
            settle(sent)
            burst = gateway.memory
            time.sleep(TRIM + 1)
            print(json.dumps({"idle": idle, "burst": burst, "subscribed": gateway.memory,
                              "start_ms": round(gateway.start_milliseconds, 1)}), flush=True)
            client.shutdown(socket.SHUT_RDWR)
        exchange.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--binary", type=pathlib.Path, action="append")
    parser.add_argument("--case", action="append")
    arguments = parser.parse_args()
    arguments.binary, arguments.case = arguments.binary or [BINARY], arguments.case or [""]
    os.sched_setaffinity(0, {1 if os.cpu_count() > 1 else 0})
    print(f"{provenance.line()}; {provenance.SWIFT}\n", flush=True)
    for run in (uncached, ingest, footprint):
        if run.__name__ in (arguments.what or ["uncached", "ingest"]):
            run(arguments)


if __name__ == "__main__":
    sys.exit(main())

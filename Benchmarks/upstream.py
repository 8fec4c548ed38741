#!/usr/bin/env python3
"""What the gateway spends on an exchange: the release build, against a made-up exchange on the loopback (mock_exchange.py).

    Benchmarks/upstream.py [uncached] [ingest] [--seconds 15] [--rounds 3]

uncached  CPU time of the gateway for `/ohlc?limit=500` when it has to ask: fetch, read, encode, send
ingest    CPU time for each frame of 1000 subscribed symbols, one frame a symbol a second, one client that gets them all;
          memory idle and then, and the time from the start of the process to its first answer

The gateway has core 0, the exchange and the client core 1. CPU time is of all threads, by the clock of the process."""
import argparse
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import mock_exchange

BINARY = pathlib.Path(__file__).parent.parent / ".build/release/marketgate"
SYMBOLS = 1000
# Of one minute's budget, which is 2400 and 5 a request.
REQUESTS = 300


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Gateway:
    """The release build in a process of its own."""

    def __init__(self, exchange_port, binary=BINARY):
        self.state = tempfile.TemporaryDirectory()
        self.port, begin = free_port(), time.monotonic()
        address = f"127.0.0.1:{exchange_port}"
        environment = os.environ | {
            "APP_PORT": str(self.port), "WORKERS": "1", "LOG_LEVEL": "ERROR", "EXCHANGES": "binance",
            "LIQUIDATION_EXCHANGES": "binance", "OI_VOL_SYMBOLS": "0", "STATE_DIR": self.state.name,
            "BINANCE_BASE_URL": f"http://{address}", "BINANCE_WS_URL": f"ws://{address}"}
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

    @property
    def cpu_microseconds(self):
        # The process's own CPU clock (clock_getcpuclockid), with the threads that are gone.
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1000

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


def uncached(arguments):
    """A symbol is asked for once, so nothing is in memory."""
    exchange, _ = mock_exchange.start(port := free_port(), REQUESTS + 20)
    with Gateway(port) as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port)

        def ask(index):
            connection.request("GET", f"/binance/ohlc/SYM{index}USDT/1m?limit=500")
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            return len(body)

        for index in range(20):
            size = ask(REQUESTS + index)
        before = gateway.cpu_microseconds
        for index in range(REQUESTS):
            ask(index)
        spent = (gateway.cpu_microseconds - before) / REQUESTS
        result = {"us_cpu_request": round(spent, 1), "bytes": size, **gateway.memory}
    exchange.kill()
    return result


def ingest(arguments):
    exchange, sent = mock_exchange.start(port := free_port(), SYMBOLS)
    with Gateway(port) as gateway:
        idle, client = gateway.memory, socket.create_connection(("127.0.0.1", gateway.port))
        client.sendall(b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        wish = json.dumps({"op": "subscribe", "id": 1, "args": [
            f"binance/SYM{index}USDT/ohlc?interval=1m" for index in range(SYMBOLS)]}).encode()
        client.sendall(b"\x81\xfe" + len(wish).to_bytes(2, "big") + b"\0\0\0\0" + wish)
        received = [0]

        def drain():
            while data := client.recv(1 << 20):
                received[0] += len(data)

        threading.Thread(target=drain, daemon=True).start()
        deadline, seen = time.monotonic() + 60, -1
        while time.monotonic() < deadline and sent.value - seen < SYMBOLS * 0.95:
            seen = sent.value
            time.sleep(1)
        time.sleep(2)
        before, frames, begin, got = gateway.cpu_microseconds, sent.value, time.monotonic(), received[0]
        time.sleep(arguments.seconds)
        spent, count = gateway.cpu_microseconds - before, sent.value - frames
        result = {
            "us_cpu_frame": round(spent / count, 2), "frames_s": round(count / (time.monotonic() - begin)),
            "bytes_frame": round((received[0] - got) / count), "idle": idle, "subscribed": gateway.memory,
            "start_ms": round(gateway.start_milliseconds, 1)}
        client.shutdown(socket.SHUT_RDWR)
    exchange.kill()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {1 if os.cpu_count() > 1 else 0})
    for name, run in (("uncached", uncached), ("ingest", ingest)):
        if arguments.what and name not in arguments.what:
            continue
        for _ in range(arguments.rounds):
            print(json.dumps({"what": name, **run(arguments)}), flush=True)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What it costs a client in time that messages of an exchange gather (docs/decisions/0026): the release build, a made-up exchange
that sends bursts, and a client of its candles.

    Benchmarks/latency.py [--bursts 400] [--frames 400] [--pause 200 --pause 0]

A burst is so many candles right behind each other, each of another symbol and in a write of its own. Measured is the time from the
last write to the last message that the client gets; a gateway for each pause, in turn. The gateways have core 0, this program,
which is exchange and client, core 1: its own time is in each figure alike. Microseconds: median, p90, p99."""
import argparse
import os
import socket
import statistics
import struct
import sys
import threading
import time

import mock_exchange
import provenance
import upstream


class Stream(mock_exchange.Peer):
    """A connection of the gateway, on which nothing is sent but bursts."""

    def play(self):
        pass


class Exchange:
    """Listens, and knows which connection carries streams."""

    def __init__(self, symbols):
        self.port, self.peers = upstream.free_port(), []
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self.serve, args=(listener, {"symbols": symbols}), daemon=True).start()

    def serve(self, listener, shared):
        while True:
            self.peers.append(Stream(listener.accept()[0], shared))
            self.peers[-1].start()

    @property
    def streams(self):
        return [(peer, name) for peer in self.peers for name in list(peer.streams)]


class Client:
    """What a client of the candles of all symbols gets."""

    def __init__(self, connection):
        self.socket, self.rest = connection, b""

    def drain(self):
        """Until nothing has come for a second."""
        self.socket.settimeout(1)
        try:
            while self.socket.recv(1 << 20):
                pass
        except TimeoutError:
            self.socket.settimeout(10)
        self.rest = b""

    def take(self, count):
        """So many text frames."""
        while count > 0:
            self.rest += self.socket.recv(1 << 20)
            while len(self.rest) >= 4:
                short = self.rest[1] < 126
                size = 2 + self.rest[1] if short else 4 + struct.unpack("!H", self.rest[2:4])[0]
                if len(self.rest) < size:
                    break
                count -= self.rest[0] == 0x81
                self.rest = self.rest[size:]


class Side:
    """A gateway with its exchange and its client."""

    def __init__(self, pause, frames):
        self.exchange, self.times, self.round = Exchange(frames), [], 0
        self.gateway = upstream.Gateway(self.exchange.port, settings={"STREAM_GATHER_MICROSECONDS": str(pause)})
        self.client = Client(self.gateway.client(frames))
        deadline = time.monotonic() + 60
        while len(self.exchange.streams) < frames:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.client.drain()

    def burst(self):
        self.round += 1
        now = int(time.time() * 1000)
        opened = now // 60_000 * 60_000
        frames = []
        for peer, name in self.exchange.streams:
            symbol = name.split("@")[0].upper().encode()
            frames.append((peer.peer, mock_exchange.frame(mock_exchange.CANDLE % (
                name.encode(), now, symbol, opened, opened + 59_999, symbol, self.round, b"false"))))
        for connection, text in frames:
            connection.sendall(text)
        sent = time.perf_counter()
        self.client.take(len(frames))
        self.times.append((time.perf_counter() - sent) * 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bursts", type=int, default=400)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--pause", type=int, action="append")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {1 if os.cpu_count() > 1 else 0})
    print(f"{provenance.line()}; {provenance.SWIFT}\n", flush=True)
    sides = {pause: Side(pause, arguments.frames) for pause in arguments.pause or [0, 200]}
    for _ in range(arguments.bursts):
        for side in sides.values():
            # A minute's turn ends all candles, which is more than a burst.
            while not 1 < time.time() % 60 < 59:
                time.sleep(0.1)
            side.burst()
            time.sleep(0.01)
    print("| pause, µs | median, µs | p90 | p99 |\n|---|---|---|---|")
    for pause, side in sides.items():
        cuts = statistics.quantiles(side.times, n=100)
        print(f"| {pause} | {statistics.median(side.times):.0f} | {cuts[89]:.0f} | {cuts[98]:.0f} |")
        side.gateway.__exit__()


if __name__ == "__main__":
    sys.exit(main())

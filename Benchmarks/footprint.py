#!/usr/bin/env python3
"""What the gateway takes in memory: idle, with 1,000 subscribed symbols, and for each idle WebSocket client.

    Benchmarks/footprint.py [--clients 10000] [--rounds 1]    # the same as `bench footprint`

The first two are of the gateway against a made-up exchange (upstream.py footprint). Of the clients it is resident memory of
`bench idle-server`, the kernel's apart: a process of its own, so that nothing of the clients is counted. The first hundred are
opened before the first look, as what is allocated once is no client's."""
import argparse
import os
import pathlib
import resource
import socket
import subprocess
import sys

import provenance
import upstream

BENCH = pathlib.Path(__file__).parent.parent / ".build/release/bench"
# A text of 100 bytes, masked with zeros, and a ping: when its pong is there, both were read.
MESSAGE = b"\x81\xe4\0\0\0\0" + b"a" * 100 + b"\x89\x80\0\0\0\0"


def resident(process):
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def read(client, end):
    got = b""
    while not got.endswith(end):
        part = client.recv(4096)
        if not part:
            sys.exit("footprint: a client was closed")
        got += part


def connect(port, extensions):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + extensions + b"\r\n")
    read(client, b"\r\n\r\n")
    return client


def measure(name, clients, extensions=b""):
    server = subprocess.Popen([BENCH, "idle-server"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        held = [connect(port, extensions) for _ in range(100)]
        before = resident(server.pid)
        held += [connect(port, extensions) for _ in range(clients)]
        idle = resident(server.pid) - before
        for client in held:
            client.sendall(MESSAGE)
            read(client, b"\x8a\0")
        used = resident(server.pid) - before
        print(f"| {name} | {idle // clients:,} | {used // clients:,} |", flush=True)
    finally:
        server.kill()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{provenance.line()}; {provenance.SWIFT}\n\nmegabytes of the gateway, and its time to the first answer:", flush=True)
    upstream.footprint(chosen)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print("\n| idle client | bytes each | after a message and a ping of each |\n|---|---|---|")
    measure("plain", chosen.clients)
    measure("agreed to permessage-deflate", chosen.clients, b"Sec-WebSocket-Extensions: permessage-deflate\r\n")


if __name__ == "__main__":
    main()

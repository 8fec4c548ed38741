#!/usr/bin/env python3
"""Resident memory of the server for each idle WebSocket client, the kernel's apart.

    Benchmarks/footprint.py [clients]

Needs .build/release/bench, whose `idle-server` is a process of its own, so that nothing of the clients is counted. The first
hundred are opened before the first look: what is allocated once is no client's."""
import os
import pathlib
import resource
import socket
import subprocess
import sys

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
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print("| idle client | bytes each | after a message and a ping of each |\n|---|---|---|")
    measure("plain", clients)
    measure("agreed to permessage-deflate", clients, b"Sec-WebSocket-Extensions: permessage-deflate\r\n")


if __name__ == "__main__":
    main()

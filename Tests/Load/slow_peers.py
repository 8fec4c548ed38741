#!/usr/bin/env python3
"""Whether slow peers of a gateway slow down its other clients.

  python3 Tests/Load/slow_peers.py PORT [PEERS] [ROUNDS] [SECONDS]

Rounds without slow peers and with them take turns, so that a machine that is busy with other things disturbs both alike.
In the rounds without them the same peers run against a socket that nobody accepts from: their own work takes the machine's
time in both, and what differs is the gateway's. In each round one client asks `/health` on a connection that stays open, one request after the other. Of the slow peers a
third sends a head byte by byte, a third a body, a third asks 200 times at once and reads ten bytes a second; whoever is cut
off comes again. They run in a process of their own. Python's standard library alone; loopback alone.
"""
import multiprocessing, socket, sys, time

HOST = "127.0.0.1"
ASK = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE = 2.0  # seconds between two bytes of a slow sender


class Peer:
    """One slow peer: what it says at first, and the byte it adds from time to time."""

    KINDS = [
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", b"x"),
        (b"POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n", b"x"),
        (ASK * 200, b""),
    ]

    def __init__(self, number, port):
        self.first, self.drip = Peer.KINDS[number % 3]
        self.port = port
        self.socket = None

    def open(self):
        self.close()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((HOST, self.port))
        self.socket.setblocking(False)
        self.send(self.first)

    def close(self):
        if self.socket is not None:
            self.socket.close()

    def send(self, data):
        try:
            self.socket.send(data)
            return True
        except BlockingIOError:
            return True
        except OSError:
            return False

    def turn(self):
        """A byte in one direction or the other; comes again when it was cut off."""
        try:
            alive = self.send(self.drip) if self.drip else self.socket.recv(20) != b""
            if alive and self.drip:
                alive = self.socket.recv(4096) == b"never"
        except BlockingIOError:
            alive = True
        except OSError:
            alive = False
        if not alive:
            self.open()


def crowd(port, count, ready, end):
    peers = [Peer(number, port) for number in range(count)]
    for peer in peers:
        peer.open()
    ready.set()
    while not end.is_set():
        began = time.monotonic()
        for number, peer in enumerate(peers):
            peer.turn()
            # Spread over the whole time, as strangers would be.
            time.sleep(max(0, began + PATIENCE * (number + 1) / count - time.monotonic()))
    for peer in peers:
        peer.close()


def measure(port, seconds):
    """Milliseconds of each request."""
    client = socket.create_connection((HOST, port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        client.sendall(ASK)
        answer = b""
        while b"}}" not in answer:
            part = client.recv(65536)
            if not part:
                sys.exit("the gateway closed the connection of an honest client")
            answer += part
        times.append((time.perf_counter() - began) * 1000)
        if not answer.startswith(b"HTTP/1.1 200 "):
            sys.exit("an honest client got " + answer[:40].decode())
    client.close()
    return times


def drain(sink):
    """Takes those who wait in the sink's queue, all of them gone by now, so that it does not fill."""
    sink.setblocking(False)
    try:
        while True:
            sink.accept()[0].close()
    except BlockingIOError:
        pass


def main():
    port = int(sys.argv[1])
    count, rounds, seconds = (int(text) for text in (sys.argv[2:] + ["200", "20", "2"][len(sys.argv) - 2:]))
    sink = socket.create_server((HOST, 0), backlog=4096)
    results = {"without": [], "with": []}
    measure(port, 1)
    for _ in range(rounds):
        for name, target in ("without", sink.getsockname()[1]), ("with", port):
            ready, end = multiprocessing.Event(), multiprocessing.Event()
            process = multiprocessing.Process(target=crowd, args=(target, count, ready, end))
            process.start()
            ready.wait()
            measure(port, 0.5)
            results[name].append(measure(port, seconds))
            end.set()
            process.join()
        drain(sink)
    p99 = {}
    for name, rounds_of_times in results.items():
        times = sorted(one for times in rounds_of_times for one in times)
        p50, p99[name] = (times[int(len(times) * part)] for part in (0.5, 0.99))
        print(f"{name:8} p50 {p50:.3f} ms, p99 {p99[name]:.3f} ms, {len(times)} requests")
    print(f"p99 with {count} slow peers is {100 * p99['with'] / p99['without']:.0f} % of that without")


main()

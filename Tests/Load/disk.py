#!/usr/bin/env python3
"""A gateway that cannot write its state: data flows on, one line says so.

  python3 Tests/Load/disk.py [PROGRAM]

Two ways: a folder that cannot be made, and where mounting is allowed a full disk. The exchange is the
recorded one behind a door that bans from time to time, which must be remembered. Loopback alone.
"""
import asyncio, http.server, subprocess, sys, tempfile, threading, time, urllib.request

from process import ROOT, Exchange, Process
from websocket import Client

ALARM = "the state cannot be written"
SECONDS = 8


class Door(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the exchange; each fifth is answered with a ban of a second."""

    exchange, count = 0, 0

    def do_GET(self):
        Door.count += 1
        if Door.count % 5 == 0:
            self.send_response(418)
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        with urllib.request.urlopen(f"http://127.0.0.1:{Door.exchange}{self.path}", timeout=5) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *words):
        pass


async def trades(port, seconds):
    """How many trades come in some seconds, the longest pause between two, while history is asked for."""
    client = await Client.open(port, "/ws/binance/BTCUSDT/trades")
    count, pause, last, end = 0, 0.0, time.monotonic(), time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.wait_for(client.receive(), seconds)
        now = time.monotonic()
        count, pause, last = count + 1, max(pause, now - last), now
    client.abort()
    return count, pause


def play(name, program, exchange, door, state):
    settings = {**exchange.settings(), "BINANCE_BASE_URL": f"http://127.0.0.1:{door}", "STATE_DIR": state}
    gateway = Process(program, **settings)
    faults = []
    if gateway.until(lambda: gateway.get("/binance/instruments")) is None:
        faults.append("it does not start")
    else:
        asking = threading.Thread(target=ask_often, args=(gateway, SECONDS))
        asking.start()
        count, pause = asyncio.run(trades(gateway.port, SECONDS))
        asking.join()
        alarms = sum(ALARM in line for line in gateway.lines())
        print(f"{name}: {count} trades, the longest pause {pause:.2f} s; {alarms} alarm")
        if count < 20 or pause > 3:
            faults.append("the stream did not go on")
        if alarms != 1:
            faults.append(f"{alarms} alarms")
        if gateway.process.poll() is not None:
            faults.append(f"it ended: {gateway.process.returncode}")
    gateway.end()
    return [f"{name}: {fault}" for fault in faults]


def ask_often(gateway, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            gateway.get("/binance/oi/BTCUSDT")
        except OSError:
            pass
        time.sleep(0.1)


def main(program=f"{ROOT}/.build/release/marketgate"):
    exchange = Exchange(program, speed=5)
    Door.exchange = exchange.address
    door = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    port = door.server_address[1]
    faults = play("a folder that cannot be made", program, exchange, port, "/proc/none")
    with tempfile.TemporaryDirectory() as state:
        full = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", state]
        if subprocess.run(full, capture_output=True).returncode == 0:
            with open(f"{state}/full", "wb") as file:
                try:
                    file.write(bytes(1 << 16))
                    file.flush()
                except OSError:
                    pass
            faults += play("a full disk", program, exchange, port, state)
            subprocess.run(["umount", state])
        else:
            print("a full disk: left out, as nothing may be mounted here")
    exchange.end()
    print("\n".join(faults) or "as it must be")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

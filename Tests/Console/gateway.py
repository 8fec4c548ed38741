"""The gateway under test: the built program on a recording with events planted in it."""

import contextlib
import decimal
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A name that would run, if a page took it for markup.
HOSTILE = "<img src=x onerror=owned()>USDT"
# What is planted: a forced sale every three seconds, of a quantity that no other row has.
PLANTED = {"side": "sell", "quantity": "7.777", "price": "61234.50", "period": 3000}


def planted_value():
    """The value as the gateway must print it: the exact product, without trailing zeros."""
    exact = decimal.Decimal(PLANTED["quantity"]) * decimal.Decimal(PLANTED["price"])
    return format(exact.normalize(), "f")


def plant(folder):
    """Copies the recordings and plants a liquidation, and an instrument of a hostile name."""
    shutil.copytree(ROOT / "Recordings", folder, dirs_exist_ok=True)
    binance = folder / "binance"
    forced_sales(binance, "LTCUSDT", PLANTED["quantity"], PLANTED["price"])
    listed = (binance / "instruments.csv").read_text()
    like = next(line for line in listed.splitlines() if line.startswith("SUSHIUSDT,"))
    hostile = like.replace("SUSHIUSDT", HOSTILE, 1).replace("sushiusdt", HOSTILE.lower(), 1).replace("SUSHI", HOSTILE[:-4])
    (binance / "instruments.csv").write_text(listed.rstrip("\n") + "\n" + hostile + "\n")
    for tape in list((binance / "tapes").glob("SUSHIUSDT.*")):
        shutil.copy(tape, tape.with_name(tape.name.replace("SUSHIUSDT", HOSTILE, 1)))
    forced_sales(binance, HOSTILE, "1500", "7.6100")


def forced_sales(folder, symbol, quantity, price):
    """One in each period, for ever."""
    head = f'loop,{PLANTED["period"]}\n@time,side,quantity,last_fill,price,average\n'
    (folder / "tapes" / f"{symbol}.liquidations.csv").write_text(head + f"500,SELL,{quantity},1,{price},{price}\n")


class Gateway:
    """Started on a free port; started again on the same one."""

    def __init__(self, program, recordings=None):
        self.program, self.port = program, 0
        self.folder = tempfile.TemporaryDirectory()
        self.recordings = recordings or pathlib.Path(self.folder.name) / "recordings"
        if not recordings:
            plant(self.recordings)
        self.start()

    def start(self):
        words = [self.program, "serve", "--demo", "--recordings", str(self.recordings), "--log-level", "ERROR"]
        self.process = subprocess.Popen(
            words + ["--app-port", str(self.port)], stdout=subprocess.PIPE, text=True, cwd=self.folder.name)
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        self.process.wait(20)
        self.process.stdout.close()

    def close(self):
        if self.process.poll() is None:
            self.stop()
        self.folder.cleanup()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def text(self, path, accept="application/json"):
        request = urllib.request.Request(self.address + path, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    def rows(self, path):
        """JSON whose numbers are their own digits."""
        return json.loads(self.text(path), parse_float=str, parse_int=str)

    def subscriptions(self):
        """How many subscriptions clients have, by exchange and topic, of those that have any."""
        for family in self.rows("/metrics")["metrics"]:
            if family["name"] == "marketgate_client_subscriptions":
                labels = lambda sample: (sample["labels"]["exchange"], sample["labels"]["topic"])
                return {labels(each): int(each["value"]) for each in family["samples"] if each["value"] != "0"}
        return {}


class Relay:
    """Stands between a browser and the gateway; its connections can be cut while both ends live on."""

    def __init__(self, port):
        self.target, self.open = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.open += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def close(self):
        self.listener.close()
        self.cut()

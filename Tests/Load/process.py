"""Gateways as processes of their own, and the recorded exchange of a demo as their exchange. Standard library alone."""
import os, re, socket, subprocess, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(url, timeout=5):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode()


class Process:
    """A gateway with these settings and none of this process's own; killed with the program."""

    def __init__(self, program, words=(), **settings):
        self.port = free_port()
        self.log = tempfile.TemporaryFile()
        values = {"APP_PORT": str(self.port), "OI_VOL_SYMBOLS": "0", **settings}
        self.process = subprocess.Popen(
            [program, "serve", *words], env=values, cwd="/proc", stdout=self.log, stderr=self.log)

    def lines(self):
        return os.pread(self.log.fileno(), 1 << 24, 0).decode(errors="replace").splitlines()

    def get(self, path):
        return ask(f"http://127.0.0.1:{self.port}{path}")

    def until(self, condition, seconds=20):
        """Waits until a condition holds; how long that took, or None."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if condition():
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.01)

    def memory(self, kind="VmRSS"):
        """Resident bytes; of `RssAnon` those of its own, without the program's pages."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"{kind}:\s+(\d+)", status.read()).group(1)) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def end(self):
        self.process.kill()
        self.process.wait()


class Exchange(Process):
    """The recorded exchange, which a demo plays to itself on loopback."""

    def __init__(self, program, speed=1):
        super().__init__(program, ["--demo", "--recordings", f"{ROOT}/Recordings"], DEMO_SPEED=str(speed))
        if self.until(lambda: self.get("/binance/instruments")) is None:
            raise SystemExit("the demo does not start")
        self.address = next(port for port in self.listening() if self.is_exchange(port))

    def listening(self):
        held = {os.readlink(f"/proc/{self.process.pid}/fd/{name}") for name in os.listdir(f"/proc/{self.process.pid}/fd")}
        with open("/proc/net/tcp") as table:
            rows = [line.split() for line in table.readlines()[1:]]
        ports = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held]
        return [port for port in ports if port != self.port]

    @staticmethod
    def is_exchange(port):
        try:
            return "BTCUSDT" in ask(f"http://127.0.0.1:{port}/fapi/v1/exchangeInfo")
        except OSError:
            return False

    def settings(self):
        """Those of a gateway whose exchange this is."""
        return {
            "EXCHANGES": "binance", "LIQUIDATION_EXCHANGES": "binance",
            "BINANCE_BASE_URL": f"http://127.0.0.1:{self.address}", "BINANCE_WS_URL": f"ws://127.0.0.1:{self.address}"}

    def candles(self, count=60):
        """The last closed candles of a minute, as the exchange has them: rows of texts, and the range they are in."""
        now = int(time.time() * 1000)
        end = now // 60_000 * 60_000 - 120_000
        start = end - (count - 1) * 60_000
        rows = ask(
            f"http://127.0.0.1:{self.address}/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime={start}&endTime={end}"
            f"&limit={count}")
        return re.findall(r'\[(\d+),"([0-9.]+)","([0-9.]+)","([0-9.]+)","([0-9.]+)","([0-9.]+)"', rows), start, end

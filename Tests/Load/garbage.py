#!/usr/bin/env python3
"""garbage.py PROGRAM: what no exchange should answer, to every question of every exchange, on loopback.

`PROGRAM doctor` asks each exchange all there is to ask. Lists of instruments are answered as they should be, all else with
one kind of garbage at a time. Each run must name what differs and end with 1: not with a signal, and not as if all were well.
Of the release build, as what the optimiser breaks no debug build shows. Standard library alone; half a minute.
"""
import concurrent.futures, http.server, json, os, subprocess, sys, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEADLINE = 120

# The list of each exchange: what its question has in it, and the fixture that answers.
LISTS = {
    "binance": [("/exchangeInfo", "Binance/rest/exchangeInfo_1.json"), ("/fundingInfo", "Binance/rest/fundingInfo_1.json")],
    "bybit": [("/instruments-info", "Bybit/rest/instruments_info_roq_2.json")],
    "hyperliquid": [('"meta"', "Hyperliquid/rest/meta_2025-12.json")],
    "okx": [("/public/instruments", "Okx/rest/instruments_SWAP_2022-05.json")],
}
SYMBOLS = {"binance": "BTCUSDT", "bybit": "10000NFTUSDT", "hyperliquid": "BTC", "okx": "BTC-USDT-SWAP"}
GARBAGE = [
    (200, b""), (200, b"<html><body>maintenance</body></html>"), (200, b"[]"), (200, b"{}"), (200, b"null"), (200, b"[[1,\"x\"]]"),
    (200, b"[" * 100_000), (200, b'{"code":"0","retCode":0,"data":[{"a":1}],"result":{"list":[{"a":1},[]]}}'),
    (200, b'[{"universe":[{"name":"BTC"}]},[]]'), (200, b"\xff\xfe\x00" * 1000), (500, b"null"), (302, b""),
]


class Exchange(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name, garbage):
        super().__init__(("127.0.0.1", 0), Answers)
        self.lists, self.garbage, self.asked = LISTS[name], garbage, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Whoever has read enough may leave."""


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        question = self.path + self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        fixture = next((file for part, file in self.server.lists if part in question), None)
        status, body = self.server.garbage
        if fixture:
            with open(f"{ROOT}/Tests/Fixtures/{fixture}", "rb") as file:
                status, body = 200, file.read()
        else:
            self.server.asked += 1
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def examine(program, name, garbage):
    """What is wrong with one run, or None."""
    exchange = Exchange(name, garbage)
    address = f"127.0.0.1:{exchange.server_address[1]}"
    settings = {
        "EXCHANGES": name, "LIQUIDATION_EXCHANGES": "", "OI_VOL_EXCHANGES": "", "SUPPORTED_SYMBOLS": SYMBOLS[name], "STATE_DIR": "off",
        f"{name.upper()}_BASE_URL": f"http://{address}", f"{name.upper()}_WS_URL": f"ws://{address}",
    }
    run = subprocess.run([program, "doctor", "--json"], env=settings, capture_output=True, timeout=DEADLINE)
    exchange.shutdown()
    exchange.server_close()
    checks = [json.loads(line) for line in run.stdout.splitlines() if line.startswith(b"{")]
    if run.returncode != 1 or not checks or exchange.asked == 0:
        return f"{name}, {garbage[0]} {garbage[1][:40]}: ended with {run.returncode} after {exchange.asked} questions\n{run.stdout[-600:].decode()}{run.stderr[-600:].decode()}"


def main():
    program, began = sys.argv[1], time.monotonic()
    runs = [(name, garbage) for name in LISTS for garbage in GARBAGE]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        wrong = [words for words in pool.map(lambda run: examine(program, *run), runs) if words]
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"garbage: {len(runs) - len(wrong)} of {len(runs)} runs ended as they should, {time.monotonic() - began:.0f} s")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

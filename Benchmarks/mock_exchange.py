"""A made-up Binance on the loopback, without TLS, for measurements: lists SYM0USDT…, answers candles of the recorded digits,
and sends one candle a symbol a second, each in a write of its own as exchanges do. Standard library only; no test of ours."""
import base64
import hashlib
import json
import multiprocessing
import pathlib
import socket
import struct
import threading
import time

ROWS = json.loads((pathlib.Path(__file__).parent.parent / "Tests/Fixtures/Binance/rest/klines_4.json").read_bytes())
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def instruments(count):
    """The answer of exchangeInfo."""
    filters = [{"filterType": "PRICE_FILTER", "tickSize": "0.10"}, {"filterType": "LOT_SIZE", "stepSize": "0.001"}]
    return json.dumps({"symbols": [
        {"symbol": f"SYM{i}USDT", "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": f"SYM{i}",
         "quoteAsset": "USDT", "filters": filters} for i in range(count)]}).encode()


def candles(limit, last):
    """The latest rows up to the minute `last`, the recorded ones again and again."""
    rows = []
    for index in range(limit):
        opened = (last - limit + 1 + index) * 60_000
        rows.append([opened, *ROWS[index % len(ROWS)][1:6], opened + 59_999, *ROWS[index % len(ROWS)][7:]])
    return json.dumps(rows, separators=(",", ":")).encode()


def frame(text):
    """A text frame of a server."""
    head = struct.pack("!BB", 0x81, len(text)) if len(text) < 126 else struct.pack("!BBH", 0x81, 126, len(text))
    return head + text


class Peer(threading.Thread):
    """One connection of the gateway."""

    def __init__(self, peer, shared):
        super().__init__(daemon=True)
        self.peer, self.shared, self.streams, self.kept = peer, shared, [], {}
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = peer.makefile("rb")

    def run(self):
        try:
            while line := self.reader.readline():
                fields = {}
                while (field := self.reader.readline().strip()):
                    name, value = field.split(b":", 1)
                    fields[name.lower()] = value.strip()
                target = line.split()[1].decode()
                if b"sec-websocket-key" in fields:
                    return self.stream(fields[b"sec-websocket-key"])
                body = self.body(target)
                self.peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                                  % (len(body), body))
        except OSError:
            pass

    def body(self, target):
        if "exchangeInfo" in target:
            return instruments(self.shared["symbols"])
        if "klines" in target:
            query = dict(pair.split("=") for pair in target.split("?")[1].split("&"))
            minute, limit = int(time.time()) // 60, int(query["limit"])
            if (minute, limit) not in self.kept:
                self.kept = {(minute, limit): candles(limit, minute)}
            return self.kept[minute, limit]
        return b"[]"

    def stream(self, key):
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self.peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept)
        threading.Thread(target=self.play, daemon=True).start()
        while head := self.reader.read(2):
            size = head[1] & 127
            if size == 126:
                size = struct.unpack("!H", self.reader.read(2))[0]
            mask = self.reader.read(4)
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.reader.read(size)))
            if head[0] & 15 == 9:
                self.peer.sendall(bytes([0x8A, len(text)]) + text)
            elif head[0] & 15 == 1:
                wish = json.loads(text)
                if wish["method"] == "SUBSCRIBE":
                    self.streams += [name for name in wish["params"] if "@kline" in name]
                self.peer.sendall(frame(b'{"result":null,"id":%d}' % wish["id"]))

    def play(self):
        """One candle a stream a second."""
        begin, sent, trades = time.monotonic(), self.shared["sent"], 0
        try:
            while True:
                begin += 1
                trades += 1
                for name in list(self.streams):
                    now = int(time.time() * 1000)
                    opened, symbol = now // 60_000 * 60_000, name.split("@")[0].upper()
                    data = (
                        '{"stream":"%s","data":{"e":"kline","E":%d,"s":"%s","k":{"t":%d,"T":%d,"s":"%s","i":"1m","f":1,'
                        '"L":2,"o":"43210.10","c":"43211.50","h":"43215.00","l":"43200.00","v":"12.345","n":%d,"x":false,'
                        '"q":"3957.89900","V":"1729","Q":"1748.01900","B":"0"}}}'
                        % (name, now, symbol, opened, opened + 59_999, symbol, trades))
                    self.peer.sendall(frame(data.encode()))
                    sent.value += 1
                time.sleep(max(0, begin - time.monotonic()))
        except OSError:
            pass


def serve(port, symbols, sent):
    shared = {"symbols": symbols, "sent": sent}
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        while True:
            Peer(listener.accept()[0], shared).start()


def start(port, symbols):
    """The exchange in a process of its own, and how many frames it has sent."""
    sent = multiprocessing.Value("q", 0)
    process = multiprocessing.Process(target=serve, args=(port, symbols, sent), daemon=True)
    process.start()
    return process, sent

"""A made-up Binance on the loopback, without TLS, for measurements: lists SYM0USDT…, answers candles of the recorded digits,
and sends one trade or candle a stream a second. Standard library only; no test of ours."""
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
# As recorded in October 2026: Tests/Fixtures/Binance/ws.
TRADE = (
    b'{"stream":"%b","data":{"e":"aggTrade","E":%d,"a":%d,"s":"%b","p":"43210.10","q":"0.577","nq":"0.571","f":%d,"l":%d,'
    b'"T":%d,"m":true,"st":1}}')
CANDLE = (
    b'{"stream":"%b","data":{"e":"kline","E":%d,"s":"%b","k":{"t":%d,"T":%d,"s":"%b","i":"1m","f":1,"L":2,'
    b'"o":"43210.10","c":"43211.50","h":"43215.00","l":"43200.00","v":"12.345","n":%d,"x":%b,"q":"3957.89900",'
    b'"V":"1729","Q":"1748.01900","B":"0"}}}')
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
        # Of each stream: the number of its last trade, or the minute of its last candle.
        self.counts = {}
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
                    self.streams += [name for name in wish["params"] if name.endswith(("@aggTrade", "@kline_1m"))]
                self.peer.sendall(frame(b'{"result":null,"id":%d}' % wish["id"]))

    def play(self):
        """One frame a stream a second, and the final of each candle when its minute is over."""
        begin, sent, batch, pace = time.monotonic(), self.shared["sent"], self.shared["batch"], self.shared["pace"]
        rounds = 0
        try:
            while True:
                begin += 1
                rounds += 1
                names = list(self.streams)
                for place in range(0, len(names), batch):
                    if pace == "even" and (wait := begin - 1 + place / len(names) - time.monotonic()) > 0:
                        time.sleep(wait)
                    frames = [text for name in names[place:place + batch] for text in self.texts(name, rounds)]
                    self.peer.sendall(b"".join(map(frame, frames)))
                    sent.value += len(frames)
                time.sleep(max(0, begin - time.monotonic()))
        except OSError:
            pass

    def texts(self, name, rounds):
        now, symbol = int(time.time() * 1000), name.split("@")[0].upper()
        if "@kline" not in name:
            self.counts[name] = number = self.counts.get(name, 1_000_000_000) + 1
            return [TRADE % (name.encode(), now, number, symbol.encode(), number, number, now)]
        opened, before = now // 60_000 * 60_000, self.counts.get(name)
        self.counts[name] = opened
        states = [(before, b"true")] if before not in (None, opened) else []
        return [
            CANDLE % (name.encode(), now, symbol.encode(), begun, begun + 59_999, symbol.encode(), rounds, is_closed)
            for begun, is_closed in states + [(opened, b"false")]]


def serve(port, shared):
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        while True:
            Peer(listener.accept()[0], shared).start()


def start(port, symbols, batch=1, pace="burst"):
    """The exchange in a process of its own, and how many frames it has sent: so many in one write, all of a second behind
    each other (`burst`) or each at its time (`even`)."""
    sent = multiprocessing.Value("q", 0)
    shared = {"symbols": symbols, "sent": sent, "batch": batch, "pace": pace}
    process = multiprocessing.Process(target=serve, args=(port, shared), daemon=True)
    process.start()
    return process, sent

#!/usr/bin/env python3
"""reference.py FRAMES KINDS: what the frames mean, by `json` and `Decimal`, as `bench decode --checksums` prints it.

Written from the exchanges' documents, apart from the product: every field of every event is folded into one number a
kind, in the order of EventChecksum.swift.
"""
import json
import sys
from decimal import Decimal

MASK = (1 << 64) - 1
PRIME = 0x000001000000_01B3


class Checksum:
    def __init__(self):
        self.value = self.frames = self.events = 0
        self.begun = set()

    def number(self, number):
        self.value = (self.value * PRIME + number) & MASK

    def text(self, text):
        for byte in text.encode():
            self.number(byte)

    def decimal(self, text):
        sign, digits, exponent = Decimal(text).as_tuple()
        mantissa = int("".join(map(str, digits)))
        self.number(-mantissa if sign else mantissa)
        self.number(-exponent)

    def trade(self, symbol, id, price, quantity, is_sell, time, is_repeat=False):
        self.events += 1
        self.text(symbol)
        self.number(id) if isinstance(id, int) else self.text(id)
        self.decimal(price)
        self.decimal(quantity)
        self.number(is_sell)
        self.number(time)
        self.number(is_repeat)

    def candle(self, symbol, interval, time, ohlc, volume, turnover, count, is_closed):
        self.events += 1
        self.text(symbol)
        self.text(interval)
        self.number(time)
        for price in ohlc:
            self.decimal(price)
        self.decimal(volume)
        self.number(-1) if turnover is None else self.decimal(turnover)
        self.number(-1 if count is None else count)
        self.number(is_closed)

    def liquidation(self, symbol, is_short, price, quantity, time):
        self.events += 1
        self.text(symbol)
        self.number(is_short)
        self.decimal(price)
        self.decimal(quantity)
        self.number(time)


# Bybit's words for intervals.
MINUTES = {"1": "1m", "3": "3m", "5": "5m", "15": "15m", "30": "30m", "60": "1h", "120": "2h", "240": "4h", "360": "6h",
           "720": "12h", "D": "1d", "W": "1w", "M": "1M"}


def fold(frame, sums):
    if "stream" in frame:
        binance(frame["data"], sums)
    elif "topic" in frame:
        words = frame["topic"].split(".")
        for row in frame["data"]:
            bybit(words, row, sums)
    else:
        hyperliquid(frame, sums)


def binance(event, sums):
    if event["e"] == "aggTrade":
        for s in sums:
            s.trade(event["s"], event["a"], event["p"], event["q"], event["m"], event["T"])
    elif event["e"] == "kline":
        k = event["k"]
        for s in sums:
            s.candle(k["s"], k["i"], k["t"], (k["o"], k["h"], k["l"], k["c"]), k["v"], k["q"], k["n"], k["x"])
    else:
        o = event["o"]
        is_filled = Decimal(o["z"]) != 0 and Decimal(o["ap"]) != 0
        quantity, price = (o["z"], o["ap"]) if is_filled else (o["q"], o["p"])
        for s in sums:
            s.liquidation(o["s"], o["S"] == "BUY", price, quantity, o["T"])


def bybit(words, row, sums):
    for s in sums:
        if words[0] == "publicTrade":
            s.trade(words[1], row["i"], row["p"], row["v"], row["S"] == "Sell", row["T"])
        elif words[0] == "kline":
            ohlc = (row["open"], row["high"], row["low"], row["close"])
            s.candle(words[2], MINUTES[words[1]], row["start"], ohlc, row["volume"], row["turnover"], None, row["confirm"])
        else:
            s.liquidation(words[1], row["S"] == "Sell", row["p"], row["v"], row["T"])


def hyperliquid(frame, sums):
    if frame["channel"] == "candle":
        c = frame["data"]
        for s in sums:
            s.candle(c["s"], c["i"], c["t"], (c["o"], c["h"], c["l"], c["c"]), c["v"], None, c["n"], False)
        return
    for s in sums:
        # The first frame of a coin on a connection repeats what was traded before.
        begun = {row["coin"] for row in frame["data"]}
        for row in frame["data"]:
            is_repeat = row["coin"] not in s.begun
            s.trade(row["coin"], row["tid"], row["px"], row["sz"], row["side"] == "A", row["time"], is_repeat)
        s.begun |= begun


def main():
    sums = {}
    mixed = Checksum()
    with open(sys.argv[1]) as frames, open(sys.argv[2]) as kinds:
        for line, kind in zip(frames, kinds):
            both = (sums.setdefault(kind.strip(), Checksum()), mixed)
            for s in both:
                s.frames += 1
            fold(json.loads(line), both)
    for kind, s in sorted(sums.items()) + [("mixed", mixed)]:
        print(json.dumps({"kind": kind, "frames": s.frames, "events": s.events, "checksum": s.value}, separators=(",", ":")))


if __name__ == "__main__":
    main()

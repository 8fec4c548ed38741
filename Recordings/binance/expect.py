#!/usr/bin/env python3
"""Writes expected.json: what the player must answer, computed from the tapes with Decimal: `python3 expect.py`.

Nothing here is shared with the player. Short candles are folded trade by trade; of long ones only the loops that lie
wholly inside are taken by multiplication.
"""

import csv
import json
import statistics
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

getcontext().prec = 80
HERE = Path(__file__).resolve().parent
LISTED = 1_704_067_200_000
DAY = 86_400_000
SYMBOLS = ["BTCUSDT", "LTCUSDT", "SUSHIUSDT", "CTKUSDT", "AKROUSDT", "KEEPUSDT"]
MINUTES = {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "8h": 480}
MINUTES |= {"12h": 720, "1d": 1440, "3d": 4320}
# 2026-11-25 10:17:23.456 UTC, the middle of a minute, a day, a week and a month.
NOW = 1_795_601_843_456


class Tape:
    def __init__(self, symbol, name):
        with open(HERE / "tapes" / f"{symbol}.{name}.csv") as lines:
            self.loop = int(next(lines).split(",")[1])
            self.rows = list(csv.DictReader(lines))
        for row in self.rows:
            row["@time"] = int(row["@time"])

    def between(self, start, end):
        """The rows with their absolute times in start..<end, and their number of the loop."""
        for loop in range(start // self.loop, (end - 1) // self.loop + 1):
            for row in self.rows:
                time = loop * self.loop + row["@time"]
                if start <= time < end:
                    yield time, loop, row

    def latest(self, now):
        found = [item for item in self.between(max(now - 2 * self.loop, 0), now + 1)]
        return found[-1]

    def following(self, now):
        return next(self.between(now + 1, now + 2 * self.loop))


class Fold:
    """Sums over trades, one by one."""

    def __init__(self):
        self.open = self.high = self.low = self.close = None
        self.volume = self.turnover = self.bought = self.bought_turnover = Decimal(0)
        self.count = 0

    def add(self, row):
        price, quantity = Decimal(row["price"]), Decimal(row["quantity"])
        self.open = self.open or row["price"]
        self.close = row["price"]
        self.high = max(self.high or row["price"], row["price"], key=Decimal)
        self.low = min(self.low or row["price"], row["price"], key=Decimal)
        self.volume += quantity
        self.turnover += price * quantity
        self.count += int(row["count"])
        if row["taker_sold"] == "0":
            self.bought += quantity
            self.bought_turnover += price * quantity

    def add_loops(self, other, loops):
        """That many whole loops, each of them folded to `other`."""
        self.open = self.open or other.open
        self.close = other.close
        self.high = max(self.high or other.high, other.high, key=Decimal)
        self.low = min(self.low or other.low, other.low, key=Decimal)
        self.volume += other.volume * loops
        self.turnover += other.turnover * loops
        self.bought += other.bought * loops
        self.bought_turnover += other.bought_turnover * loops
        self.count += other.count * loops


def folded(tape, start, end):
    fold, (first, last) = Fold(), (-(-start // tape.loop), end // tape.loop)
    if last - first < 4:
        for _, _, row in tape.between(start, end):
            fold.add(row)
        return fold
    whole = Fold()
    for row in tape.rows:
        whole.add(row)
    for _, _, row in tape.between(start, first * tape.loop) if start < first * tape.loop else []:
        fold.add(row)
    fold.add_loops(whole, last - first)
    for _, _, row in tape.between(last * tape.loop, end) if last * tape.loop < end else []:
        fold.add(row)
    return fold


def first_id(tape, start):
    """The number of the first raw trade at or after an instant."""
    loops, offset = divmod(start, tape.loop)
    whole = sum(int(row["count"]) for row in tape.rows)
    return loops * whole + sum(int(row["count"]) for row in tape.rows if row["@time"] < offset)


def utc(milliseconds):
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)


def milliseconds(instant):
    return (instant - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def candle_bounds(interval, time):
    """The open time of the candle that holds an instant, and the first instant after it."""
    day = utc(time).replace(hour=0, minute=0, second=0, microsecond=0)
    if interval == "1w":
        monday = day - timedelta(days=day.weekday())
        return milliseconds(monday), milliseconds(monday + timedelta(days=7))
    if interval == "1M":
        first = day.replace(day=1)
        return milliseconds(first), milliseconds((first + timedelta(days=32)).replace(day=1))
    length = MINUTES[interval] * 60_000
    return time // length * length, time // length * length + length


def candle_row(tape, interval, time, now):
    start, end = candle_bounds(interval, time)
    fold = folded(tape, max(start, LISTED), min(end, now + 1))
    row = tape.rows[0]
    price_places, places = (len(row[name].partition(".")[2]) for name in ("price", "quantity"))
    numbers = [
        start, fold.open, fold.high, fold.low, fold.close, fixed(fold.volume, places), end - 1,
        fixed(fold.turnover, price_places + places), fold.count, fixed(fold.bought, places),
        fixed(fold.bought_turnover, price_places + places), "0",
    ]
    return {
        "symbol": tape.symbol, "interval": interval, "now": now, "openTime": start,
        "row": json.dumps(numbers, separators=(",", ":")), "firstId": first_id(tape, max(start, LISTED)),
        "lastId": first_id(tape, max(start, LISTED)) + fold.count - 1,
    }


def fixed(value, places):
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):f}"


def ticker(tape, now):
    fold = folded(tape, now - DAY, now + 1)
    change = Decimal(fold.close) - Decimal(fold.open)
    return {
        "symbol": tape.symbol, "now": now, "priceChange": f"{change:f}",
        "priceChangePercent": fixed(change / Decimal(fold.open) * 100, 3),
        "weightedAvgPrice": fixed(fold.turnover / fold.volume, 2), "quoteVolume": fixed(fold.turnover, 2),
        "volume": fixed(fold.volume, len(tape.rows[0]["quantity"].partition(".")[2])), "count": fold.count,
    }


def series(symbol, now):
    """Open interest, funding and mark price as they stand at an instant."""
    _, _, interest = Tape(symbol, "open_interest").latest(now)
    funding = Tape(symbol, "funding")
    _, loop, coming = funding.following(now)
    paid, _, last = funding.latest(now)
    _, _, mark = Tape(symbol, "mark").latest(now)
    return {
        "symbol": symbol, "now": now, "openInterest": interest["quantity"], "openInterestValue": interest["value"],
        "fundingTime": paid, "fundingRate": last["rate"], "nextFundingRate": coming["rate"],
        "nextFundingTime": loop * funding.loop + int(coming["@due"]), "markPrice": mark["mark"],
    }


# Minutes of a bar; the score, open interest and turnover that make a spike of it.
SPIKES = {"5m": (5, 3, 500_000, 100_000), "15m": (15, 2.5, 1_000_000, 250_000), "1h": (60, 2, 2_500_000, 1_000_000)}


def spikes(symbol):
    """The bars that stand out by their open interest, by the minute of the loop they end at: the score against the 50 bars
    before, by Python's statistics. Turnover never stands out, and is near its mean in every bar."""
    values = [Decimal(row["value"]) for row in Tape(symbol, "open_interest").rows]
    trades = Tape(symbol, "trades")
    loop = folded(trades, 0, trades.loop).turnover
    found = []
    for timeframe, (minutes, threshold, least_value, least_turnover) in SPIKES.items():
        turnover = loop * minutes * 60_000 / trades.loop
        for end in range(0, len(values), minutes):
            before = [values[(end - minutes * count) % len(values)] for count in range(1, 51)]
            score = float((values[end] - statistics.mean(before)) / statistics.stdev(before))
            if score >= threshold and values[end] >= least_value and turnover >= least_turnover:
                found.append({"symbol": symbol, "timeframe": timeframe, "minute": end, "score": score})
    return found


def main():
    candles, tickers = [], []
    for symbol in SYMBOLS:
        tape = Tape(symbol, "trades")
        tape.symbol = symbol
        seam = NOW // tape.loop * tape.loop
        for interval in [*MINUTES, "1w", "1M"]:
            candles.append(candle_row(tape, interval, NOW, NOW))
            before = candle_bounds(interval, NOW)[0] - 1
            candles.append(candle_row(tape, interval, before, NOW))
        # The minute that holds a seam of the loop, whole and as it stood at the seam and just before it.
        for now in (seam - 1, seam, seam + 60_000):
            candles.append(candle_row(tape, "1m", seam, now))
        # A leap February, the first week, and the candle whose grid begins before the listing.
        for interval, time in (("1M", 1_708_300_000_000), ("1w", LISTED), ("3d", LISTED), ("1M", LISTED)):
            candles.append(candle_row(tape, interval, time, NOW))
        tickers.append(ticker(tape, NOW))
    expected = {"candles": candles, "tickers": tickers, "series": [series(symbol, NOW) for symbol in SYMBOLS]}
    expected["spikes"] = [spike for symbol in SYMBOLS for spike in spikes(symbol)]
    lines = [
        f'"{name}": [\n' + ",\n".join(json.dumps(item) for item in items) + "\n]" for name, items in expected.items()
    ]
    (HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(", ".join(f"{len(items)} {name}" for name, items in expected.items()))


if __name__ == "__main__":
    main()

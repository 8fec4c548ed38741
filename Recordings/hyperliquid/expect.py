#!/usr/bin/env python3
"""Writes expected.json: what the player must answer, computed from the tapes with Decimal: `python3 expect.py`.

Nothing here is shared with the player: every trade of a candle is folded by itself.
"""

import csv
import json
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
# 2026-11-25 10:17:23.456 UTC, the middle of a minute and of an hour.
NOW = 1_795_601_843_456
MINUTES = {"1m": 1, "5m": 5, "1h": 60, "8h": 480, "1d": 1440}


def tape(name):
    with open(HERE / "tapes" / f"BTC.{name}.csv") as lines:
        loop = int(next(lines).split(",")[1])
        return loop, [{**row, "@time": int(row["@time"])} for row in csv.DictReader(lines)]


def between(loop, rows, start, end):
    for number in range(start // loop, (end - 1) // loop + 1):
        for row in rows:
            time = number * loop + row["@time"]
            if start <= time < end:
                yield time, number, row


def candle(loop, rows, interval, open_time):
    length = MINUTES[interval] * 60_000
    trades = [row for _, _, row in between(loop, rows, open_time, min(open_time + length, NOW + 1))]
    prices = [row["price"] for row in trades]
    volume = sum((Decimal(row["quantity"]) for row in trades), Decimal(0))
    return {
        "t": open_time, "T": open_time + length - 1, "s": "BTC", "i": interval, "o": prices[0], "c": prices[-1],
        "h": max(prices, key=Decimal), "l": min(prices, key=Decimal), "v": f"{volume:f}", "n": len(trades),
    }


def main():
    loop, rows = tape("trades")
    candles = []
    for interval, minutes in MINUTES.items():
        latest = NOW // (minutes * 60_000) * minutes * 60_000
        candles += [candle(loop, rows, interval, latest - back * minutes * 60_000) for back in (2, 1, 0)]
    loop, rows = tape("funding")
    settled = [
        {"coin": "BTC", "fundingRate": row["rate"], "premium": row["premium"], "time": time}
        for time, _, row in between(loop, rows, NOW - 40 * 3_600_000, NOW + 1)
    ]
    _, _, following = next(between(loop, rows, NOW + 1, NOW + 2 * loop))
    loop, rows = tape("open_interest")
    open_interest = list(between(loop, rows, NOW - 60_000, NOW + 1))[-1][2]["quantity"]
    loop, rows = tape("mark")
    mark = list(between(loop, rows, NOW - 1000, NOW + 1))[-1][2]["mark"]
    expected = {
        "now": NOW, "candles": candles, "settled": settled, "funding": following["rate"], "openInterest": open_interest,
        "mark": mark,
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()

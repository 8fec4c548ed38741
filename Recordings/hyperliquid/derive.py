#!/usr/bin/env python3
"""Writes the tapes of this recording from recorded payloads: `python3 derive.py FIXTURES`.

FIXTURES is the folder of recorded payloads that MANIFEST.md names. Standard library only, and deterministic: the same
payloads give the same bytes. The trades are recorded; everything else is derived from them by the rules written beside
each function. What a tape is: docs/decisions/0003.
"""

import gzip
import json
import random
import sys
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tapes import HOUR, MINUTE, rounded, walk, write_tape  # noqa: E402
COIN = "BTC"
# From the first trade to the last one, which is the first of the next loop. No divisor of a minute, so that neighbouring candles differ.
LOOP = 73_193


def recorded_trades(path):
    """The trades of all `trades` frames, the repeated first ones too, each once, with times from the first one on. Sizes
    have five places, as the player wants them of one length; the exchange leaves the zeros at their end out."""
    trades = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            frame = json.loads(line[line.index("{") :])
            if frame["channel"] == "trades":
                for trade in frame["data"]:
                    trades[trade["time"], trade["tid"]] = trade
    ordered = [trades[key] for key in sorted(trades, key=lambda key: key[0])]
    start = ordered[0]["time"]
    assert ordered[-1]["time"] - start >= LOOP, "the loop is longer than the recording"
    return [
        (trade["time"] - start, trade["px"], f"{rounded(Decimal(trade['sz']), 5):f}", int(trade["side"] == "A"), 1)
        for trade in ordered
        if trade["time"] - start < LOOP
    ]


def mean_price(trades):
    turnover = sum(Decimal(price) * Decimal(size) for _, price, size, _, _ in trades)
    return turnover / sum(Decimal(size) for _, _, size, _, _ in trades)


def mark_rows(trades):
    """Each second: the volume-weighted price of the last twenty seconds (round the seam) is the mark, in whole dollars as
    recorded; the oracle stands 0.06 % above it, the middle half a dollar above."""
    rows, mark = [], mean_price(trades)
    for second in range(0, LOOP, 1000):
        window = [trade for trade in trades if (second - trade[0]) % LOOP < 20_000]
        mark = mean_price(window) if window else mark
        whole = rounded(mark, 0)
        oracle = rounded(whole * Decimal("1.0006"), 0)
        premium = rounded((whole - oracle) / oracle, 10)
        rows.append((second, f"{whole}.0", f"{oracle}.0", f"{whole}.5", f"{whole + 1}.0", f"{premium:f}"))
    return rows


def open_interest_rows():
    """Each minute, for a prime number of minutes."""
    count = 1009
    levels = walk("open interest", Decimal("36585.31848"), count)
    return [(index * MINUTE, f"{rounded(level, 5):f}") for index, level in enumerate(levels)], count * MINUTE


def funding_rows():
    """A prime number of hours: most at the fixed part of the formula, paid 1 to 118 ms after the hour."""
    count = 31
    source = random.Random("funding")
    rows = []
    for index in range(count):
        rate = Decimal(source.choice([1250] * 3 + [source.randrange(-4000, 4001)])) / 100_000_000
        premium = rate * 8 + Decimal(source.randrange(-900, 901)) / 100_000_000
        due = index * HOUR
        rows.append((due + source.randrange(1, 119), due, f"{rate.normalize():f}", f"{premium.normalize():f}"))
    return rows, count * HOUR


def prediction_rows():
    """What is predicted of two other exchanges, a prime number of settlements eight hours apart."""
    count = 29
    source = random.Random("predictions")
    rows = []
    for index in range(count):
        first, second = (Decimal(source.randrange(-4000, 13001)) / 100_000_000 for _ in range(2))
        rows.append((index * 8 * HOUR, index * 8 * HOUR, f"{first.normalize():f}", f"{second.normalize():f}"))
    return rows, count * 8 * HOUR


def main(fixtures):
    trades = recorded_trades(fixtures / "btcusd_20250126.gz")
    write_tape(HERE, f"{COIN}.trades.csv", LOOP, ["@time", "price", "quantity", "taker_sold", "count"], trades)
    write_tape(HERE, f"{COIN}.mark.csv", LOOP, ["@time", "mark", "oracle", "middle", "ask", "premium"], mark_rows(trades))
    rows, loop = open_interest_rows()
    write_tape(HERE, f"{COIN}.open_interest.csv", loop, ["@time", "quantity"], rows)
    rows, loop = funding_rows()
    write_tape(HERE, f"{COIN}.funding.csv", loop, ["@time", "@due", "rate", "premium"], rows)
    rows, loop = prediction_rows()
    write_tape(HERE, f"{COIN}.predictions.csv", loop, ["@time", "@due", "first", "second"], rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

"""What the scripts that derive tapes share: `derive.py` of each recording imports it. Standard library only.

A tape is a CSV file: a line `loop,<milliseconds>`, a line of column names, then rows in order of time. A column whose
name begins with `@` is a time, in milliseconds after the start of the loop; the first column is the row's own time.

Trades are anything with `time`, `price`, `quantity` (texts, with the exchange's digits) and `taker_sold`.
"""

import csv
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

getcontext().prec = 60
HOUR = 3_600_000
MINUTE = 60_000


@dataclass(frozen=True)
class Trade:
    time: int
    price: str
    quantity: str
    taker_sold: bool


def recorded_trades(symbol, loop):
    """The trades of the first `loop` milliseconds of a tape of recorded ones."""
    path = Path(__file__).resolve().parent / "binance" / "tapes" / f"{symbol}.trades.csv"
    with open(path, newline="") as lines:
        next(lines)
        rows = csv.DictReader(lines)
        trades = [Trade(int(row["@time"]), row["price"], row["quantity"], row["taker_sold"] == "1") for row in rows]
    return [trade for trade in trades if trade.time < loop]


def places(text):
    return len(text.partition(".")[2])


def value(trade):
    return Decimal(trade.price) * Decimal(trade.quantity)


def rounded(number, count):
    return number.quantize(Decimal(1).scaleb(-count), rounding=ROUND_HALF_EVEN)


def on_grid(price, tick):
    return (price / tick).to_integral_value() * tick


def mean_price(trades):
    return sum(value(trade) for trade in trades) / sum(Decimal(trade.quantity) for trade in trades)


def rolling_prices(trades, loop):
    """Each second, its time and the volume-weighted price of the last ten seconds, round the seam."""
    prices = []
    for second in range(0, loop, 1000):
        window = [trade for trade in trades if (second - trade.time) % loop < 10_000]
        prices.append((second, mean_price(window or trades)))
    return prices


def walk(seed, start, count):
    """A slow walk of so many steps that ends where it began."""
    source = random.Random(seed)
    steps = [Decimal(source.randrange(-400, 401)) / 1_000_000 for _ in range(count)]
    drift = sum(steps) / count
    level = start
    for step in steps:
        yield level
        level += start * (step - drift)


def settlement_rates(seed, count):
    """So many rates between -0.004 % and +0.013 %."""
    source = random.Random(seed)
    for _ in range(count):
        yield rounded(Decimal(source.randrange(-4000, 13001)) / 100_000_000, 8)


def liquidating(trades, least_value, least_move, pause):
    """Where the price has moved by the fraction within three seconds, a large enough trade that got it there, at most one
    in a pause. Without such a move the largest trade."""
    taken, last = [], -pause
    for trade in trades:
        if trade.time - last < pause or value(trade) < least_value:
            continue
        near = [Decimal(other.price) for other in trades if 0 <= trade.time - other.time <= 3000]
        move = max(near) / Decimal(trade.price) - 1 if trade.taker_sold else 1 - min(near) / Decimal(trade.price)
        if move >= least_move:
            taken.append(trade)
            last = trade.time
    return taken or [max(trades, key=value)]


def write_tape(folder, name, loop, columns, rows):
    path = folder / "tapes" / name
    path.parent.mkdir(exist_ok=True)
    lines = [f"loop,{loop}", ",".join(columns)] + [",".join(str(field) for field in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(rows)} rows")

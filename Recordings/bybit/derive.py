#!/usr/bin/env python3
"""Writes the tapes of this recording: `python3 derive.py`.

No long run of this exchange's trades is recorded, so the trades are those of the tapes in `../binance`, cut to other
loops so that the candles of the two differ. Open interest, funding, mark price and liquidations are derived from them
by the rules written beside each function. Standard library only, and the same bytes each time.

A tape is a CSV file: a line `loop,<milliseconds>`, a line of column names, then rows in order of time. A column whose
name begins with `@` is a time, in milliseconds after the start of the loop; the first column is the row's own time.
"""

import csv
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

getcontext().prec = 60
HERE = Path(__file__).resolve().parent
TRADES = HERE.parent / "binance" / "tapes"
HOUR = 3_600_000
MINUTE = 60_000


@dataclass(frozen=True)
class Plan:
    """How one symbol's series are made. No loop divides a minute, so that neighbouring candles differ."""

    symbol: str
    loop: int
    tick: Decimal
    open_interest: Decimal
    funding_hours: int
    # A position is closed by a trade of this value that has moved the price by this fraction; such trades are taken in
    # every n-th loop only.
    liquidation_value: int
    liquidation_move: Decimal
    liquidation_loops: int


PLANS = [
    Plan("BTCUSDT", 331_000, Decimal("0.1"), Decimal("64992.054"), 8, 2000, Decimal("0.0003"), 1),
    Plan("LTCUSDT", 151_000, Decimal("0.01"), Decimal("271033.420"), 8, 50, Decimal("0.0003"), 1),
    Plan("SUSHIUSDT", 19_700, Decimal("0.001"), Decimal("3310946"), 4, 100, Decimal("0.0004"), 5),
]


@dataclass(frozen=True)
class Trade:
    time: int
    price: str
    quantity: str
    taker_sold: bool


def trades_of(plan):
    """The recorded trades of the plan's loop."""
    with open(TRADES / f"{plan.symbol}.trades.csv", newline="") as lines:
        next(lines)
        rows = csv.DictReader(lines)
        trades = [Trade(int(row["@time"]), row["price"], row["quantity"], row["taker_sold"] == "1") for row in rows]
    return [trade for trade in trades if trade.time < plan.loop]


def places(text):
    return len(text.partition(".")[2])


def value(trade):
    return Decimal(trade.price) * Decimal(trade.quantity)


def rounded(number, count):
    return number.quantize(Decimal(1).scaleb(-count), rounding=ROUND_HALF_EVEN)


def mean_price(trades):
    return sum(value(trade) for trade in trades) / sum(Decimal(trade.quantity) for trade in trades)


def mark_rows(plan, trades):
    """Each second: the volume-weighted price of the last ten seconds (round the seam), with the places of the price; the
    index stands a little above it."""
    count, marks = places(trades[0].price), []
    for second in range(0, plan.loop, 1000):
        window = [trade for trade in trades if (second - trade.time) % plan.loop < 10_000]
        marks.append(mean_price(window or trades))
    return [
        (index * 1000, rounded(mark, count), rounded(mark * Decimal("1.00031"), count))
        for index, mark in enumerate(marks)
    ]


def open_interest_rows(plan, trades):
    """Each minute, for a prime number of minutes: a slow walk that ends where it began. Both sides are counted, as the
    exchange does, with eight places; the value is that times the mean price of the loop."""
    count = 1013
    source = random.Random(f"open interest {plan.symbol}")
    step_places, price = places(trades[0].quantity), mean_price(trades)
    steps = [Decimal(source.randrange(-400, 401)) / 1_000_000 for _ in range(count)]
    drift = sum(steps) / count
    level, rows = plan.open_interest, []
    for index, step in enumerate(steps):
        quantity = rounded(level, step_places)
        rows.append((index * MINUTE, f"{quantity:f}", f"{rounded(quantity, 8):f}", f"{rounded(quantity * price, 2):f}"))
        level += plan.open_interest * (step - drift)
    return rows, count * MINUTE


def funding_rows(plan):
    """A prime number of settlements on the hour: rates between -0.004 % and +0.013 %."""
    count = 37
    source = random.Random(f"funding {plan.symbol}")
    rows = []
    for index in range(count):
        rate = rounded(Decimal(source.randrange(-4000, 13001)) / 100_000_000, 8).normalize()
        rows.append((index * plan.funding_hours * HOUR, index * plan.funding_hours * HOUR, f"{rate:f}"))
    return rows, count * plan.funding_hours * HOUR


def liquidation_rows(plan, trades):
    """Where the price has moved by the plan's fraction within three seconds, a large enough trade that got it there is
    taken for a position that was closed: a sale closes a long. The bankruptcy price lies 0.4 % beyond. At most one in
    half a second; a symbol without such a move gets its largest trade."""
    rows, last = [], -500
    for trade in trades:
        if trade.time - last < 500 or value(trade) < plan.liquidation_value:
            continue
        near = [Decimal(other.price) for other in trades if 0 <= trade.time - other.time <= 3000]
        move = max(near) / Decimal(trade.price) - 1 if trade.taker_sold else 1 - min(near) / Decimal(trade.price)
        if move >= plan.liquidation_move:
            rows.append(liquidation_row(plan, trade))
            last = trade.time
    return rows or [liquidation_row(plan, max(trades, key=value))], plan.loop * plan.liquidation_loops


def liquidation_row(plan, trade):
    bankruptcy = Decimal(trade.price) * (Decimal("0.996") if trade.taker_sold else Decimal("1.004"))
    on_grid = (bankruptcy / plan.tick).to_integral_value() * plan.tick
    return (trade.time, int(trade.taker_sold), trade.quantity, rounded(on_grid, places(trade.price)))


def write_tape(name, loop, columns, rows):
    path = HERE / "tapes" / name
    path.parent.mkdir(exist_ok=True)
    lines = [f"loop,{loop}", ",".join(columns)] + [",".join(str(field) for field in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(rows)} rows")


def write_symbol(plan):
    trades = trades_of(plan)
    rows = [(trade.time, trade.price, trade.quantity, int(trade.taker_sold), 1) for trade in trades]
    write_tape(f"{plan.symbol}.trades.csv", plan.loop, ["@time", "price", "quantity", "taker_sold", "count"], rows)
    write_tape(f"{plan.symbol}.mark.csv", plan.loop, ["@time", "mark", "index"], mark_rows(plan, trades))
    rows, loop = open_interest_rows(plan, trades)
    write_tape(f"{plan.symbol}.open_interest.csv", loop, ["@time", "quantity", "sum", "value"], rows)
    rows, loop = funding_rows(plan)
    write_tape(f"{plan.symbol}.funding.csv", loop, ["@time", "@due", "rate"], rows)
    rows, loop = liquidation_rows(plan, trades)
    write_tape(f"{plan.symbol}.liquidations.csv", loop, ["@time", "long", "quantity", "price"], rows)


if __name__ == "__main__":
    for plan in PLANS:
        write_symbol(plan)

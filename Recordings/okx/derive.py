#!/usr/bin/env python3
"""Writes the tapes of this recording: `python3 derive.py`.

No long run of this exchange's swap trades is recorded, so the trades are those of the tapes in `../binance`, cut to
other loops so that the candles of the exchanges differ, and counted in contracts. Open interest, funding, mark price
and liquidations are derived from them by the rules written beside each function. Standard library only, and the same
bytes each time.

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
    source: str
    loop: int
    tick: Decimal
    # Base units in a contract.
    contract: Decimal
    open_interest: Decimal
    funding_hours: int
    # A position is closed by a trade of this value that has moved the price by this fraction; such trades are taken in
    # every n-th loop only.
    liquidation_value: int
    liquidation_move: Decimal
    liquidation_loops: int


PLANS = [
    Plan("BTC-USDT-SWAP", "BTCUSDT", 317_000, Decimal("0.1"), Decimal("0.01"), Decimal("33842.73"), 8, 2000, Decimal("0.0003"), 1),
    Plan("LTC-USDT-SWAP", "LTCUSDT", 149_000, Decimal("0.01"), Decimal("1"), Decimal("198215.2"), 8, 50, Decimal("0.0003"), 1),
    Plan("SUSHI-USDT-SWAP", "SUSHIUSDT", 19_100, Decimal("0.0001"), Decimal("1"), Decimal("2760431"), 8, 100, Decimal("0.0004"), 5),
]


@dataclass(frozen=True)
class Trade:
    time: int
    price: str
    quantity: str
    taker_sold: bool


def trades_of(plan):
    """The recorded trades of the plan's loop."""
    with open(TRADES / f"{plan.source}.trades.csv", newline="") as lines:
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


def contracts(plan, quantity):
    """A quantity of base units in contracts, without zeros at the end of its fraction."""
    text = f"{Decimal(quantity) / plan.contract:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_rows(plan, trades):
    """Each second: the volume-weighted price of the last ten seconds (round the seam), on the grid of prices."""
    marks = []
    for second in range(0, plan.loop, 1000):
        window = [trade for trade in trades if (second - trade.time) % plan.loop < 10_000]
        marks.append(on_grid(plan, mean_price(window or trades)))
    return [(index * 1000, mark) for index, mark in enumerate(marks)]


def on_grid(plan, price):
    return (price / plan.tick).to_integral_value() * plan.tick


def open_interest_rows(plan, trades):
    """Each minute, for a prime number of minutes: a slow walk that ends where it began, in contracts, in base units and,
    by the mean price of the loop, in dollars."""
    count = 1019
    source = random.Random(f"open interest {plan.symbol}")
    price = mean_price(trades)
    steps = [Decimal(source.randrange(-400, 401)) / 1_000_000 for _ in range(count)]
    drift = sum(steps) / count
    level, rows = plan.open_interest, []
    for index, step in enumerate(steps):
        quantity = rounded(level, 4)
        rows.append(
            (index * MINUTE, contracts(plan, quantity), f"{quantity.normalize():f}", f"{rounded(quantity * price, 4):f}")
        )
        level += plan.open_interest * (step - drift)
    return rows, count * MINUTE


def funding_rows(plan):
    """A prime number of settlements on the hour: rates between -0.004 % and +0.013 %."""
    count = 41
    source = random.Random(f"funding {plan.symbol}")
    rows = []
    for index in range(count):
        rate = rounded(Decimal(source.randrange(-4000, 13001)) / 100_000_000, 8).normalize()
        due = index * plan.funding_hours * HOUR
        rows.append((due, due, due + plan.funding_hours * HOUR, f"{rate:f}"))
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
    return (trade.time, int(trade.taker_sold), contracts(plan, trade.quantity), on_grid(plan, bankruptcy))


def write_tape(name, loop, columns, rows):
    path = HERE / "tapes" / name
    path.parent.mkdir(exist_ok=True)
    lines = [f"loop,{loop}", ",".join(columns)] + [",".join(str(field) for field in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(rows)} rows")


def write_symbol(plan):
    trades = trades_of(plan)
    rows = [(t.time, t.price, t.quantity, int(t.taker_sold), 1, contracts(plan, t.quantity)) for t in trades]
    columns = ["@time", "price", "quantity", "taker_sold", "count", "contracts"]
    write_tape(f"{plan.symbol}.trades.csv", plan.loop, columns, rows)
    write_tape(f"{plan.symbol}.mark.csv", plan.loop, ["@time", "mark"], mark_rows(plan, trades))
    rows, loop = open_interest_rows(plan, trades)
    write_tape(f"{plan.symbol}.open_interest.csv", loop, ["@time", "contracts", "quantity", "value"], rows)
    rows, loop = funding_rows(plan)
    write_tape(f"{plan.symbol}.funding.csv", loop, ["@time", "@due", "@following", "rate"], rows)
    rows, loop = liquidation_rows(plan, trades)
    write_tape(f"{plan.symbol}.liquidations.csv", loop, ["@time", "long", "contracts", "price"], rows)


if __name__ == "__main__":
    for plan in PLANS:
        write_symbol(plan)

#!/usr/bin/env python3
"""Writes the tapes of this recording: `python3 derive.py`.

No long run of this exchange's trades is recorded, so the trades are those of the tapes in `../binance`, cut to other
loops so that the candles of the two differ. Open interest, funding, mark price and liquidations are derived from them
by the rules written beside each function. Standard library only, and the same bytes each time.

What a tape is, and the rules that the exchanges share: `../tapes.py`.
"""

import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tapes import (  # noqa: E402
    HOUR, MINUTE, liquidating, mean_price, on_grid, places, recorded_trades, rolling_prices, rounded,
    settlement_rates, walk, write_tape,
)


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


def mark_rows(plan, trades):
    """Each second: the price of the last ten seconds, with the places of the price; the index stands a little above it."""
    count = places(trades[0].price)
    return [
        (second, rounded(mark, count), rounded(mark * Decimal("1.00031"), count))
        for second, mark in rolling_prices(trades, plan.loop)
    ]


def open_interest_rows(plan, trades):
    """Each minute, for a prime number of minutes. Both sides are counted, as the exchange does, with eight places; the
    value is that times the mean price of the loop."""
    count = 1013
    step_places, price = places(trades[0].quantity), mean_price(trades)
    rows = []
    for index, level in enumerate(walk(f"open interest {plan.symbol}", plan.open_interest, count)):
        quantity = rounded(level, step_places)
        rows.append((index * MINUTE, f"{quantity:f}", f"{rounded(quantity, 8):f}", f"{rounded(quantity * price, 2):f}"))
    return rows, count * MINUTE


def funding_rows(plan):
    """A prime number of settlements on the hour."""
    count, step = 37, plan.funding_hours * HOUR
    rates = settlement_rates(f"funding {plan.symbol}", count)
    return [(index * step, index * step, f"{rate.normalize():f}") for index, rate in enumerate(rates)], count * step


def liquidation_rows(plan, trades):
    """Such trades are taken for positions that were closed: a sale closes a long. The bankruptcy price lies 0.4 %
    beyond."""
    rows = []
    for trade in liquidating(trades, plan.liquidation_value, plan.liquidation_move, 500):
        bankruptcy = Decimal(trade.price) * (Decimal("0.996") if trade.taker_sold else Decimal("1.004"))
        price = rounded(on_grid(bankruptcy, plan.tick), places(trade.price))
        rows.append((trade.time, int(trade.taker_sold), trade.quantity, price))
    return rows, plan.loop * plan.liquidation_loops


def write_symbol(plan):
    trades = recorded_trades(plan.symbol, plan.loop)
    rows = [(trade.time, trade.price, trade.quantity, int(trade.taker_sold), 1) for trade in trades]
    write_tape(HERE, f"{plan.symbol}.trades.csv", plan.loop, ["@time", "price", "quantity", "taker_sold", "count"], rows)
    write_tape(HERE, f"{plan.symbol}.mark.csv", plan.loop, ["@time", "mark", "index"], mark_rows(plan, trades))
    rows, loop = open_interest_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.open_interest.csv", loop, ["@time", "quantity", "sum", "value"], rows)
    rows, loop = funding_rows(plan)
    write_tape(HERE, f"{plan.symbol}.funding.csv", loop, ["@time", "@due", "rate"], rows)
    rows, loop = liquidation_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.liquidations.csv", loop, ["@time", "long", "quantity", "price"], rows)


if __name__ == "__main__":
    for plan in PLANS:
        write_symbol(plan)

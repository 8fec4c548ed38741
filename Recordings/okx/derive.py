#!/usr/bin/env python3
"""Writes the tapes of this recording: `python3 derive.py`.

No long run of this exchange's swap trades is recorded, so the trades are those of the tapes in `../binance`, cut to
other loops so that the candles of the exchanges differ, and counted in contracts. Open interest, funding, mark price
and liquidations are derived from them by the rules written beside each function. Standard library only, and the same
bytes each time.

What a tape is, and the rules that the exchanges share: `../tapes.py`.
"""

import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tapes import (  # noqa: E402
    HOUR, MINUTE, liquidating, mean_price, on_grid, recorded_trades, rolling_prices, rounded,
    settlement_rates, walk, write_tape,
)


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


def contracts(plan, quantity):
    """A quantity of base units in contracts, without zeros at the end of its fraction."""
    text = f"{Decimal(quantity) / plan.contract:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_rows(plan, trades):
    """Each second: the price of the last ten seconds, on the grid of prices."""
    return [(second, on_grid(mark, plan.tick)) for second, mark in rolling_prices(trades, plan.loop)]


def open_interest_rows(plan, trades):
    """Each minute, for a prime number of minutes: in contracts, in base units and, by the mean price of the loop, in
    dollars."""
    count = 1019
    price = mean_price(trades)
    rows = []
    for index, level in enumerate(walk(f"open interest {plan.symbol}", plan.open_interest, count)):
        quantity = rounded(level, 4)
        rows.append(
            (index * MINUTE, contracts(plan, quantity), f"{quantity.normalize():f}", f"{rounded(quantity * price, 4):f}")
        )
    return rows, count * MINUTE


def funding_rows(plan):
    """A prime number of settlements on the hour."""
    count, step = 41, plan.funding_hours * HOUR
    rates = settlement_rates(f"funding {plan.symbol}", count)
    rows = [(index * step, index * step, (index + 1) * step, f"{rate.normalize():f}") for index, rate in enumerate(rates)]
    return rows, count * step


def liquidation_rows(plan, trades):
    """Such trades are taken for positions that were closed: a sale closes a long. The bankruptcy price lies 0.4 %
    beyond."""
    rows = []
    for trade in liquidating(trades, plan.liquidation_value, plan.liquidation_move, 500):
        bankruptcy = Decimal(trade.price) * (Decimal("0.996") if trade.taker_sold else Decimal("1.004"))
        rows.append((trade.time, int(trade.taker_sold), contracts(plan, trade.quantity), on_grid(bankruptcy, plan.tick)))
    return rows, plan.loop * plan.liquidation_loops


def write_symbol(plan):
    trades = recorded_trades(plan.source, plan.loop)
    rows = [(t.time, t.price, t.quantity, int(t.taker_sold), 1, contracts(plan, t.quantity)) for t in trades]
    columns = ["@time", "price", "quantity", "taker_sold", "count", "contracts"]
    write_tape(HERE, f"{plan.symbol}.trades.csv", plan.loop, columns, rows)
    write_tape(HERE, f"{plan.symbol}.mark.csv", plan.loop, ["@time", "mark"], mark_rows(plan, trades))
    rows, loop = open_interest_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.open_interest.csv", loop, ["@time", "contracts", "quantity", "value"], rows)
    rows, loop = funding_rows(plan)
    write_tape(HERE, f"{plan.symbol}.funding.csv", loop, ["@time", "@due", "@following", "rate"], rows)
    rows, loop = liquidation_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.liquidations.csv", loop, ["@time", "long", "contracts", "price"], rows)


if __name__ == "__main__":
    for plan in PLANS:
        write_symbol(plan)

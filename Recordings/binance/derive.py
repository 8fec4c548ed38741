#!/usr/bin/env python3
"""Writes the tapes of this recording from recorded payloads: `python3 derive.py FIXTURES`.

FIXTURES is the folder of recorded payloads that MANIFEST.md names file by file. Standard library only, and
deterministic: the same payloads give the same bytes. The trades are recorded; open interest, funding, mark price and
liquidations are derived from them by the rules written beside each function.

What a tape is, and the rules that the exchanges share: `../tapes.py`.
"""

import gzip
import json
import random
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tapes import HOUR, MINUTE, liquidating, on_grid, places, rounded, value, walk, write_tape  # noqa: E402
from tapes import mean_price as exact_mean_price  # noqa: E402

# The exchange gathers fills of one price and taker side for 100 ms into one aggregate trade
# (https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Aggregate-Trade-Streams).
AGGREGATION_MS = 100


@dataclass(frozen=True)
class Trade:
    """One aggregate trade: time, price, quantity, whether the taker sold, and its raw trades' first id and count."""

    time: int
    price: str
    quantity: str
    taker_sold: bool
    first_id: int
    count: int


@dataclass(frozen=True)
class Plan:
    """How one symbol's series are made. No loop is a divisor of a minute, so that neighbouring candles differ."""

    symbol: str
    loop: int
    tick: Decimal
    open_interest: Decimal
    funding_hours: int
    # Every n-th loop of the trades has liquidations: where the price moved by this fraction with a trade of this value.
    liquidation_loops: int
    liquidation_move: Decimal
    liquidation_value: int
    # The first minute of the loop of open interest at which it is built up; None where it never is.
    build_up: int | None = None


PLANS = [
    Plan("BTCUSDT", 343_000, Decimal("0.1"), Decimal("84211.372"), 8, 1, Decimal("0.0004"), 2000, build_up=0),
    Plan("LTCUSDT", 163_000, Decimal("0.01"), Decimal("339864.289"), 8, 1, Decimal("0.0004"), 50),
    Plan("SUSHIUSDT", 20_500, Decimal("0.001"), Decimal("4121730"), 8, 5, Decimal("0.0004"), 100, build_up=125),
    Plan("CTKUSDT", 20_500, Decimal("0.001"), Decimal("2250417"), 8, 11, Decimal("0.0005"), 100, build_up=250),
    Plan("AKROUSDT", 20_500, Decimal("0.00001"), Decimal("188402916"), 4, 17, Decimal("0.0003"), 100),
    Plan("KEEPUSDT", 20_500, Decimal("0.0001"), Decimal("9417530"), 8, 29, Decimal("0.0003"), 50),
]


# Recorded trades


def raw_trades(path):
    """The raw trade frames of a capture, aggregated as the exchange does: neighbours of one price and side."""
    gathered = []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if '@trade"' not in line:
                continue
            frame = json.loads(line)["data"]
            last = gathered[-1] if gathered else None
            if (
                last is not None
                and last.price == frame["p"]
                and last.taker_sold == frame["m"]
                and frame["T"] - last.time < AGGREGATION_MS
            ):
                quantity = str(Decimal(last.quantity) + Decimal(frame["q"]))
                gathered[-1] = Trade(last.time, last.price, quantity, last.taker_sold, last.first_id, last.count + 1)
            else:
                gathered.append(Trade(frame["T"], frame["p"], frame["q"], frame["m"], frame["t"], 1))
    return gathered


def aggregate_trade(item):
    """An aggregate trade of a frame or of a REST row: the letters are the same."""
    return Trade(item["T"], item["p"], item["q"], item["m"], item["f"], item["l"] - item["f"] + 1)


def combined_capture(path):
    """The aggregate trades and the one-minute candle frames of a combined-stream capture, by symbol."""
    trades, candles = {}, {}
    with open(path) as lines:
        for line in lines:
            frame = json.loads(line)["data"]
            if frame["e"] == "aggTrade":
                trades.setdefault(frame["s"], []).append(aggregate_trade(frame))
            elif frame["e"] == "kline":
                candles.setdefault(frame["s"], []).append(frame["k"])
    return trades, candles


def check_against_candles(trades, candles):
    """The recorded candle frames are the truth: between two frames of one candle the counts and volumes must grow by
    exactly the trades with the ids between them. Gives the number of pairs compared."""
    compared = 0
    for before, after in zip(candles, candles[1:]):
        if before["t"] != after["t"]:
            continue
        between = [trade for trade in trades if before["L"] < trade.first_id <= after["L"]]
        # A frame may fall between the fills of one aggregate trade: such a pair says nothing about it.
        if not between or between[0].first_id != before["L"] + 1:
            continue
        if between[-1].first_id + between[-1].count - 1 != after["L"]:
            continue
        volume = sum(Decimal(trade.quantity) for trade in between)
        turnover = sum(value(trade) for trade in between)
        bought = sum(Decimal(trade.quantity) for trade in between if not trade.taker_sold)
        assert sum(trade.count for trade in between) == after["n"] - before["n"], (before, after)
        assert volume == Decimal(after["v"]) - Decimal(before["v"]), (before, after)
        assert turnover == Decimal(after["q"]) - Decimal(before["q"]), (before, after)
        assert bought == Decimal(after["V"]) - Decimal(before["V"]), (before, after)
        assert between[-1].price == after["c"], (before, after)
        compared += 1
    return compared


def cut_to_loop(trades, start, loop):
    """The trades of the loop's length from `start`, with their times counted from it."""
    return [
        Trade(trade.time - start, trade.price, trade.quantity, trade.taker_sold, trade.first_id, trade.count)
        for trade in trades
        if 0 <= trade.time - start < loop
    ]


# Derived series


def mean_price(trades):
    """The volume-weighted mean of the loop, with the eight decimals of the exchange's mark prices."""
    return rounded(exact_mean_price(trades), 8)


def mark_rows(trades, loop):
    """Each second: the volume-weighted price of the last ten seconds (round the seam) is the mark; the index stands a
    little above it, the estimated settlement above that, and the moving average is the mark of two seconds ago."""
    count = places(trades[0].price)
    marks = []
    for second in range(0, loop, 1000):
        window = [trade for trade in trades if (second - trade.time) % loop < 10_000]
        marks.append(mean_price(window) if window else (marks[-1] if marks else mean_price(trades)))
    rows = []
    for index, mark in enumerate(marks):
        above = rounded(mark * Decimal("1.00031"), 8)
        settle = rounded(mark * Decimal("1.00044"), 8)
        average = f"{rounded(marks[index - 2], count)}{'0' * (8 - count)}"
        rows.append((index * 1000, mark, above, settle, average))
    return rows


# In minutes. The loop holds four periods, and bars of 5, 15 and 60 minutes lie at the same places of it each time.
OPEN_INTEREST_LOOP, BUILD_UP_PERIOD, BUILD_UP = 1500, 375, 125
# A part of the open interest, reached at the end of a build-up; the growth of it in each minute before.
BUILD_UP_TOP, BUILD_UP_GROWTH = Decimal("0.09"), Decimal("1.023")
# The part of the walk that is kept, so that build-ups stand out from it.
CALM = Decimal("0.25")


def build_up(plan, minute):
    """Planted: for 125 minutes of each 375 open interest is built up faster and faster and then let go within a minute.
    So each bar of it stands far above the 50 bars of five minutes before it, and the symbols take turns."""
    age = (minute - (plan.build_up or 0)) % BUILD_UP_PERIOD
    if plan.build_up is None or not 0 < age <= BUILD_UP:
        return Decimal(0)
    return plan.open_interest * BUILD_UP_TOP / BUILD_UP_GROWTH ** (BUILD_UP - age)


def open_interest_rows(plan, trades):
    """Each minute, in the symbol's own quantity step: a slow walk, and the build-ups on it. The value is the open interest
    times the mean price of the loop."""
    count = OPEN_INTEREST_LOOP
    step_places, price = places(trades[0].quantity), mean_price(trades)
    rows = []
    for index, level in enumerate(walk(f"open interest {plan.symbol}", plan.open_interest, count)):
        calm = plan.open_interest + (level - plan.open_interest) * CALM
        quantity = rounded(calm + build_up(plan, index), step_places)
        rows.append((index * MINUTE, f"{quantity:f}", f"{rounded(quantity, 8):f}", f"{rounded(quantity * price, 8):f}"))
    return rows, count * MINUTE


def funding_rows(plan, trades):
    """A prime number of settlements: rates between -0.004 % and +0.013 %, paid at most 9 ms after the hour."""
    count = 31
    source = random.Random(f"funding {plan.symbol}")
    price, rows = mean_price(trades), []
    for index in range(count):
        due = index * plan.funding_hours * HOUR
        late = source.choice([0, 0, 0, 2, 2, 5, 9])
        rate = Decimal(source.randrange(-4000, 13001)) / 100_000_000
        mark = rounded(price * (1 + Decimal(source.randrange(-300, 301)) / 1_000_000), 8)
        rows.append((due + late, due, f"{rounded(rate, 8):f}", mark))
    return rows, count * plan.funding_hours * HOUR


def liquidation_rows(plan, trades):
    """Such trades are taken for forced orders: their size and price, on their side; the order's own price lies 0.3 %
    beyond. In one loop of `liquidation_loops` only."""
    taken = liquidating(trades, plan.liquidation_value, plan.liquidation_move, 1000)
    return [liquidation_row(plan, trade) for trade in taken], plan.loop * plan.liquidation_loops


def liquidation_row(plan, trade):
    limit = Decimal(trade.price) * (Decimal("0.997") if trade.taker_sold else Decimal("1.003"))
    price = rounded(on_grid(limit, plan.tick), places(trade.price))
    # An order of several fills: its last one is not the total.
    last_fill = rounded(Decimal(trade.quantity) / trade.count, places(trade.quantity))
    return (trade.time, "SELL" if trade.taker_sold else "BUY", trade.quantity, last_fill, price, trade.price)


# Files


def write_symbol(plan, trades):
    rows = [(t.time, t.price, t.quantity, int(t.taker_sold), t.count) for t in trades]
    write_tape(HERE, f"{plan.symbol}.trades.csv", plan.loop, ["@time", "price", "quantity", "taker_sold", "count"], rows)
    marks = mark_rows(trades, plan.loop)
    write_tape(HERE, f"{plan.symbol}.mark.csv", plan.loop, ["@time", "mark", "index", "settle", "average"], marks)
    rows, loop = open_interest_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.open_interest.csv", loop, ["@time", "quantity", "sum", "value"], rows)
    rows, loop = funding_rows(plan, trades)
    write_tape(HERE, f"{plan.symbol}.funding.csv", loop, ["@time", "@due", "rate", "mark"], rows)
    rows, loop = liquidation_rows(plan, trades)
    columns = ["@time", "side", "quantity", "last_fill", "price", "average"]
    write_tape(HERE, f"{plan.symbol}.liquidations.csv", loop, columns, rows)


def recorded_trades(fixtures):
    """Each symbol's trades, with the instants its recording begins and ends."""
    trades, candles = combined_capture(fixtures / "binance-usdm/ws/capture_2021-07_combined.jsonl")
    for symbol in sorted(trades):
        pairs = check_against_candles(trades[symbol], candles.get(symbol, []))
        print(f"{symbol}: {pairs} pairs of recorded candle frames agree with the trades between them")
    # The first and last frames of that capture, which are no trades.
    recorded = {symbol: (1_626_992_741_017, 1_626_992_761_570, trades[symbol]) for symbol in trades}
    rows = json.loads((fixtures / "binance-usdm/rest/aggTrades_1.json").read_text())
    for symbol, trades in (
        ("BTCUSDT", raw_trades(fixtures / "binance-usdm/ws/bench_2024-08-08_btcusdt.jsonl.gz")),
        ("LTCUSDT", [aggregate_trade(row) for row in rows]),
    ):
        recorded[symbol] = (trades[0].time, trades[-1].time, trades)
    return recorded


def main(fixtures):
    recorded = recorded_trades(fixtures)
    for plan in PLANS:
        start, end, trades = recorded[plan.symbol]
        assert start + plan.loop <= end, f"{plan.symbol}: the loop is longer than the recording"
        write_symbol(plan, cut_to_loop(trades, start, plan.loop))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

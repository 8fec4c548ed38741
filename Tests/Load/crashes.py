#!/usr/bin/env python3
"""A gateway that is killed at random moments, again and again: each start serves history within two seconds, equal to what
the exchange says, digit by digit.

  python3 Tests/Load/crashes.py [PROGRAM] [KILLS]

Every third one is killed while it starts. The exchange is the recorded one, in a process of its own. Loopback alone.
"""
import random, re, sys, tempfile, time

from process import ROOT, Exchange, Process

LIMIT = 2.0  # seconds from the start of the process to the first right answer
ROW = re.compile(r'"open":([0-9.]+),"high":([0-9.]+),"low":([0-9.]+),"close":([0-9.]+),"volume":([0-9.]+)')


def main(program=f"{ROOT}/.build/release/marketgate", kills=100):
    exchange = Exchange(program)
    truth, start, end = exchange.candles()
    expected = [row[1:] for row in truth]
    path = f"/binance/ohlc/BTCUSDT/1m?start_time={start}&end_time={end}&limit={len(truth)}"
    times, faults = [], []
    with tempfile.TemporaryDirectory() as state:
        for number in range(int(kills)):
            began = time.monotonic()
            gateway = Process(program, **exchange.settings(), STATE_DIR=state)
            if number % 3 == 2:
                time.sleep(random.random() * 0.3)
            elif gateway.until(lambda: ROW.findall(gateway.get(path)) == expected) is None:
                faults.append(f"start {number}: no right answer; {gateway.lines()[-1:]}")
            else:
                times.append(time.monotonic() - began)
                time.sleep(random.random() * 0.2)
            gateway.end()
    exchange.end()
    times.sort()
    faults += [f"a start took {slow:.2f} s" for slow in times if slow > LIMIT]
    print(f"{kills} kills, {len(expected)} candles each; served after {times[len(times) // 2]:.2f} s, at worst {times[-1]:.2f} s")
    print("\n".join(faults) or "as it must be")
    return bool(faults) or len(expected) != 60


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

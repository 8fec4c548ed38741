"""Prints spikes of open interest and volume. Needs: pip install websockets (Debian: python3-websockets).

    python3 spikes.py [--timeframes 5m,15m] [--limit N] [GATEWAY]
"""
import argparse
import asyncio
import json

import websockets


def score(z):
    # One of the two is null where its half of the bar is not known.
    return "   -" if z is None else f"{z:4.1f}"


async def main(gateway, timeframes, limit):
    async with websockets.connect(f"{gateway}/ws/oi-vol?timeframes={timeframes}") as socket:
        async for message in socket:
            spike = json.loads(message)
            print(
                f"{spike['timestamp']} {spike['exchange']:<12} {spike['symbol']:<16} {spike['timeframe']:<3} "
                f"open interest {score(spike['z_oi'])} volume {score(spike['z_vol'])}"
                f"{' confirmed' if spike['confirmed'] else ''}", flush=True)
            limit -= 1
            if limit == 0:
                return


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--timeframes", default="5m,15m,1h")
    options.add_argument("--limit", type=int, default=0, help="end after so many; 0 for never")
    options.add_argument("gateway", nargs="?", default="ws://127.0.0.1:8000")
    given = options.parse_args()
    asyncio.run(main(given.gateway, given.timeframes, given.limit))

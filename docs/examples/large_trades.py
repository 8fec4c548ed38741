"""Prints the large trades of all exchanges. Needs: pip install websockets (Debian: python3-websockets).

    python3 large_trades.py [--min-value-usd N] [--limit N] [GATEWAY]
"""
import argparse
import asyncio
import json
from decimal import Decimal

import websockets


async def main(gateway, least, limit):
    async with websockets.connect(f"{gateway}/ws/all/large_trades?min_value_usd={least}") as socket:
        async for message in socket:
            trade = json.loads(message, parse_float=Decimal, parse_int=Decimal)
            print(
                f"{trade['timestamp']} {trade['exchange']:<12} {trade['symbol']:<16} {trade['side']:<4} "
                f"{trade['quantity']:f} at {trade['price']:f} = {trade['value']:f}", flush=True)
            limit -= 1
            if limit == 0:
                return


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--min-value-usd", default="100000")
    options.add_argument("--limit", type=int, default=0, help="end after so many; 0 for never")
    options.add_argument("gateway", nargs="?", default="ws://127.0.0.1:8000")
    given = options.parse_args()
    asyncio.run(main(given.gateway, given.min_value_usd, given.limit))

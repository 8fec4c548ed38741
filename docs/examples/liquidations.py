"""Prints the liquidations of all exchanges. Needs: pip install websockets (Debian: python3-websockets).

    python3 liquidations.py [--limit N] [GATEWAY]        GATEWAY is ws://127.0.0.1:8000 unless given
"""
import argparse
import asyncio
import json
from decimal import Decimal

import websockets


async def main(gateway, limit):
    async with websockets.connect(f"{gateway}/ws/all/liquidations?min_value_usd=0") as socket:
        async for message in socket:
            # Decimal keeps the digits of the exchange; float would not.
            event = json.loads(message, parse_float=Decimal, parse_int=Decimal)
            who = "long" if event["side"] == "sell" else "short"
            print(f"{event['timestamp']} {event['exchange']:<12} {event['symbol']:<16} {who:<5} {event['value']:f}", flush=True)
            limit -= 1
            if limit == 0:
                return


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--limit", type=int, default=0, help="end after so many; 0 for never")
    options.add_argument("gateway", nargs="?", default="ws://127.0.0.1:8000")
    given = options.parse_args()
    asyncio.run(main(given.gateway, given.limit))

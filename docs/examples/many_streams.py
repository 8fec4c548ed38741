"""Reads several streams on one socket, and misses nothing over a cut. Needs: pip install websockets (Debian: python3-websockets).

    python3 many_streams.py [--limit N] [--gateway GATEWAY] [STREAM ...]
    python3 many_streams.py "binance/BTCUSDT/ohlc?interval=1m" all/liquidations
"""
import argparse
import asyncio
import json

import websockets


def resume(places):
    return {stream: {"epoch": epoch, "seq": seq} for stream, (epoch, seq) in places.items()}


async def read(socket, places, limit):
    """Prints what comes, and notes in `places` how far each stream has come. Returns how many more are wanted."""
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "subscribed":
            for begun in message["streams"]:
                if begun["recovered"] is False:
                    print(f"# {begun['stream']}: not all that was missed could be had", flush=True)
                places[begun["stream"]] = (begun["epoch"], begun["seq"])
        elif "seq" in message:
            epoch, _ = places[message["stream"]]
            places[message["stream"]] = (epoch, message["seq"])
            print(text, flush=True)
            limit -= 1
            if limit == 0:
                return limit
        else:
            print(f"# {text}", flush=True)
    return limit


async def main(gateway, streams, limit):
    places, pause = {}, 1
    while True:
        try:
            async with websockets.connect(f"{gateway}/ws") as socket:
                command = {"op": "subscribe", "id": 1, "args": streams, "since": resume(places)}
                await socket.send(json.dumps(command))
                pause = 1
                limit = await read(socket, places, limit)
                if limit == 0:
                    return
        except (OSError, websockets.ConnectionClosed) as error:
            print(f"# {error}; again in {pause} s", flush=True)
        await asyncio.sleep(pause)
        pause = min(30, pause * 2)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--limit", type=int, default=0, help="end after so many; 0 for never")
    options.add_argument("--gateway", default="ws://127.0.0.1:8000")
    options.add_argument("streams", nargs="*", default=["binance/BTCUSDT/ohlc?interval=1m", "all/liquidations?min_value_usd=0"])
    given = options.parse_args()
    asyncio.run(main(given.gateway, given.streams, given.limit))

#!/usr/bin/env python3
"""A thousand clients for minutes, who come, go, read slowly and are cut off by chance: what each is told is right, memory stays
within a twentieth of what it was after the warm-up, and no descriptor is left behind.

  python3 Tests/Load/soak.py [PROGRAM] [MINUTES] [CLIENTS] [SEED]

The exchange is the recorded one, in a process of its own and ten times as fast. Ids of trades are dense on every stream, each
candle is closed once and in order. Loopback alone.
"""
import asyncio, random, re, statistics, sys, time

from process import ROOT, Exchange, Process
from websocket import Client, Closed

PATHS = [
    "/ws/binance/{}/trades", "/ws/binance/{}/ohlc?interval=1m", "/ws/binance/{}/ohlc?interval=5m",
    "/ws/all/liquidations?min_value_usd=0"]
ID, TIME = re.compile(rb'"id":(\d+)'), re.compile(rb'"timestamp":"([^"]+)"')
WARM_UP = 0.25  # of the whole time
GROWTH = 1.05
KEPT = 40  # descriptors: the connections to the exchange of 32 requests at a time, kept for the next, and of its feeds


class View:
    """What one client has been told, judged as it comes."""

    def __init__(self, path):
        self.path, self.last, self.final = path, None, b""

    def fault(self, text):
        if "/trades" in self.path:
            number, last = int(ID.search(text).group(1)), self.last
            self.last = number
            if last is not None and number != last + 1:
                return f"{self.path}: trade {number} after {last}"
        elif "/ohlc" in self.path:
            opened = TIME.search(text).group(1)
            if opened <= self.final:
                return f"{self.path}: {opened.decode()} after the final of {self.final.decode()}"
            if text.endswith(b'"is_closed":true}'):
                self.final = opened


async def client(port, symbols, chance, end, faults, counts):
    while time.monotonic() < end:
        view = View(chance.choice(PATHS).format(chance.choice(symbols)))
        naps = chance.random() < 0.1
        try:
            stream = await Client.open(port, view.path)
            leave = time.monotonic() + chance.expovariate(1 / 20)
            while time.monotonic() < min(leave, end):
                text = await asyncio.wait_for(stream.receive(), 30)
                counts[0] += 1
                if fault := view.fault(text):
                    faults.append(fault)
                if naps:
                    await asyncio.sleep(0.02)
            stream.abort()
        except asyncio.TimeoutError:
            stream.abort()
        except Closed as closed:
            # Who reads fewer messages than come finds a ping only behind all of them, too late for its answer.
            is_behind = naps and closed.reason == "no answer to ping"
            if closed.code not in (1001, 1013) and not is_behind:
                faults.append(f"{view.path}: closed with {closed}")
        except OSError as error:
            faults.append(f"{view.path}: {error}")


async def play(gateway, seconds, count, seed):
    begun = time.monotonic()
    faults, counts, sizes, minutes = [], [0], [], []
    end = begun + seconds
    symbols = re.findall('"symbol":"([A-Z]+)"', gateway.get("/binance/instruments"))
    tasks = [
        asyncio.create_task(client(gateway.port, symbols, random.Random(f"{seed} {number}"), end, faults, counts))
        for number in range(count)]
    while time.monotonic() < end:
        await asyncio.sleep(1)
        sizes.append((gateway.memory(), gateway.memory("RssAnon")))
        if len(sizes) == 60:
            # What slow clients have not read yet comes and goes: of a minute its median counts.
            minutes.append([statistics.median(size) / 2**20 for size in zip(*sizes)])
            print("minute {}: {:.1f} MiB, {:.1f} of its own".format(len(minutes), *minutes[-1]), flush=True)
            sizes.clear()
    await asyncio.gather(*tasks)
    return faults, counts[0], [whole for whole, _ in minutes]


def main(program=f"{ROOT}/.build/release/marketgate", minutes=10, count=1000, seed=None):
    seed = seed or str(random.randrange(10**6))
    print(f"seed {seed}")
    exchange = Exchange(program, speed=10)
    gateway = Process(program, **exchange.settings())
    if gateway.until(lambda: gateway.get("/binance/instruments")) is None:
        raise SystemExit("the gateway does not start")
    before = gateway.descriptors()
    faults, messages, sizes = asyncio.run(play(gateway, float(minutes) * 60, int(count), seed))
    # The topics linger for five seconds after their last client.
    left = gateway.until(lambda: gateway.descriptors() <= before + KEPT, 15)
    warm = max(sizes[: max(1, int(len(sizes) * WARM_UP))])
    print(f"{count} clients, {messages} messages; {warm:.1f} MiB after the warm-up, {max(sizes):.1f} at most, "
          f"{before} descriptors before, {gateway.descriptors()} after")
    if max(sizes) > warm * GROWTH:
        faults.append("memory grew")
    if left is None:
        faults.append("descriptors were left")
    gateway.end()
    exchange.end()
    print("\n".join(faults[:20]) or "as it must be")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

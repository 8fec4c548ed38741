#!/usr/bin/env python3
"""The feeds under load: many clients with minima of their own, clients that are cut off and come back, clients that stop
reading. Against a gateway that plays the recordings, on loopback; each ends by itself and with 0 when all is as it must be.

  marketgate serve --demo                       (DEMO_SPEED=60, APP_PORT=8000)
  python3 Tests/Load/feeds.py filters PORT [CLIENTS] [SECONDS]
  python3 Tests/Load/feeds.py resume  PORT [CUTS]
  python3 Tests/Load/feeds.py stalled PORT [CLIENTS] [SECONDS]      (with CLIENT_BUFFER_BYTES=65536)
"""
import asyncio, json, random, re, resource, socket, sys, time
from decimal import Decimal

from websocket import Client, Closed, get, metric

SEED = int(time.time())
ENCODED = 'marketgate_encodings_total{exchange="all"}'
PUBLISHED = 'marketgate_published_events_total{exchange="all"}'
VALUE = re.compile(rb'"value":([0-9.]+)')


async def collect(client, into):
    try:
        while True:
            into.append(await client.receive())
    except Closed:
        pass


# Clients of one feed, each with its own minimum.


async def filters(port, count=5000, seconds=30):
    """Each client gets exactly what is worth its minimum or more, and an event is encoded once for all of them."""
    path = "/ws/all/liquidations?min_value_usd="
    reference, told = await Client.open(port, path + "0"), []
    tasks = [asyncio.create_task(collect(reference, told))]
    minima, clients, taken = [], [], []
    for number in range(count):
        minimum = random.choice([0, random.randrange(1, 500), random.randrange(500, 50_000), random.randrange(10**5, 10**7)])
        minima.append(minimum)
        taken.append([])
        clients.append(await Client.open(port, f"{path}{minimum}"))
        tasks.append(asyncio.create_task(collect(clients[-1], taken[-1])))
    await asyncio.sleep(1)
    before = await metric(port, ENCODED), await metric(port, PUBLISHED)
    await asyncio.sleep(seconds)
    after = await metric(port, ENCODED), await metric(port, PUBLISHED)
    reference.abort()
    await tasks[0]
    # What the reference was told last must have reached the others too.
    end = time.monotonic() + 10
    values = [Decimal(VALUE.search(text).group(1).decode()) for text in told]
    while time.monotonic() < end and any(wrong(told, values, *one) for one in zip(minima, taken)):
        await asyncio.sleep(0.2)
    for client in clients:
        client.abort()
    await asyncio.gather(*tasks)
    faults = [fault for one in zip(minima, taken) if (fault := wrong(told, values, *one))]
    encoded, published = after[0] - before[0], after[1] - before[1]
    print(f"{count} clients, {len(told)} events, {sum(map(len, taken))} deliveries; {published:.0f} published, {encoded:.0f} encoded")
    for fault in faults[:10]:
        print(fault)
    # Other feeds have no clients, and nothing is encoded for nobody.
    return not faults and 0 < encoded <= published and len(told) > 0


def wrong(told, values, minimum, texts):
    """What is wrong with what a client was told, by what the reference was told; `None` when nothing is."""
    due = [text for text, value in zip(told, values) if value >= minimum]
    if not texts:
        # It came after the last one, or none was worth it since.
        return f"minimum {minimum}: nothing came, {len(due)} were due" if len(due) > 20 else None
    # It came when the reference was there already, and may have been told of more since that one left.
    start = due.index(texts[0]) if texts[0] in due else None
    if start is None:
        return f"minimum {minimum}: {texts[0][:120]} was not due"
    length = len(due) - start
    if texts[:length] != due[start:]:
        return f"minimum {minimum}: {len(texts)} came, {length} were due since its first"
    below = [text for text in texts[length:] if Decimal(VALUE.search(text).group(1).decode()) < minimum]
    return f"minimum {minimum}: {below[0][:120]} came" if below else None


# Clients that are cut off and come back.

STREAMS = ["all/liquidations?min_value_usd=0", "all/large_trades?min_value_usd=0", "binance/BTCUSDT/trades",
           "binance/BTCUSDT/ohlc?interval=1m"]


def note(text, places, log):
    """Notes a message of a multiplexed client; True for one that carries data."""
    message = json.loads(text)
    if message["type"] == "subscribed":
        for begun in message["streams"]:
            places[begun["stream"]] = {"epoch": begun["epoch"], "seq": begun["seq"]}
            if begun["recovered"] is False:
                log["lost"].append(begun["stream"])
    elif message["type"] == "error":
        sys.exit(f"refused: {text.decode()}")
    if "seq" not in message:
        return False
    stream, number = message["stream"], message["seq"]
    if number <= places[stream]["seq"]:
        log["repeated"].append((stream, number))
    places[stream]["seq"] = number
    log[stream][number] = text
    return True


def new_log():
    return {"lost": [], "repeated": [], **{stream: {} for stream in STREAMS}}


async def steady(port, log, end):
    """Reads without a break: the truth."""
    client, places = await Client.open(port, "/ws", limit=1 << 24), {}
    client.send(json.dumps({"op": "subscribe", "id": 1, "args": STREAMS}))
    while not end.is_set():
        note(await client.receive(), places, log)
    # A little further than the others have come.
    until = time.monotonic() + 2
    while time.monotonic() < until:
        note(await asyncio.wait_for(client.receive(), 5), places, log)
    client.abort()


async def resume(port, cuts=1000):
    """A client that is cut off at random moments misses nothing and gets nothing twice, or is told so."""
    truth, log, places, end = new_log(), new_log(), {}, asyncio.Event()
    reader = asyncio.create_task(steady(port, truth, end))
    await asyncio.sleep(0.5)
    for _ in range(cuts):
        client = await Client.open(port, "/ws", limit=1 << 24)
        client.send(json.dumps({"op": "subscribe", "id": 1, "args": STREAMS, "since": places}))
        for _ in range(random.choice([1, 2, 5, random.randrange(100)])):
            note(await asyncio.wait_for(client.receive(), 30), places, log)
        client.abort()
        await asyncio.sleep(random.choice([0, 0, random.random() / 50]))
    end.set()
    await reader
    good = not log["repeated"]
    print(f"{cuts} cuts; not recovered {len(log['lost'])}, repeated {len(log['repeated'])}")
    for stream in STREAMS:
        numbers = sorted(log[stream])
        kept = {n: t for n, t in truth[stream].items() if numbers and numbers[0] <= n <= numbers[-1] and b'"is_closed":false' not in t}
        missing = [n for n in kept if n not in log[stream]]
        differing = [n for n in log[stream] if n in truth[stream] and truth[stream][n] != log[stream][n]]
        print(f"{stream}: {len(numbers)} read, {len(kept)} must be there, {len(missing)} missing, {len(differing)} differ")
        good = good and not differing and (not missing or stream in log["lost"]) and len(kept) > 0
    return good


# Clients that stop reading.


async def timed(client, first, delays, end):
    """How much later than its quickest reader each message came to this one."""
    try:
        while not end.is_set():
            text = await client.receive()
            now = time.perf_counter()
            delays.append(now - first.setdefault(text, now))
    except Closed as closed:
        if not end.is_set():
            delays.append(float("inf"))
            print(f"an honest client was closed: {closed}")


async def stop_reading(port, path):
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", port))
    client = await Client.open(port, path, limit=1024, sock=narrow)
    client.writer.transport.pause_reading()
    return client


async def ending(client):
    """How the gateway closed a client that reads again."""
    client.writer.transport.resume_reading()
    try:
        while True:
            await asyncio.wait_for(client.receive(), 30)
    except Closed as closed:
        return closed.code
    except asyncio.TimeoutError:
        return None


async def spread(port, count, seconds, stalled):
    """The honest ones want little, so that what is measured is the gateway and not this program; the others want all."""
    path, first, delays, end = "/ws/all/large_trades?min_value_usd=", {}, [], asyncio.Event()
    clients = [await Client.open(port, path + "1000000") for _ in range(count)]
    tasks = [asyncio.create_task(timed(client, first, delays, end)) for client in clients]
    slow = [await stop_reading(port, path + "0") for _ in range(stalled)]
    await asyncio.sleep(seconds)
    counted = await metric(port, 'marketgate_slow_subscriptions_total{exchange="all",topic="large_trades"}')
    codes = [await ending(client) for client in slow]
    end.set()
    for client in clients + slow:
        client.abort()
    await asyncio.gather(*tasks)
    delays.sort()
    return delays[int(len(delays) * 0.99)] * 1000, len(delays), codes, counted


async def stalled(port, count=2000, seconds=40):
    """One client in a hundred stops reading: it is closed with 1013, the others notice nothing."""
    memory = "process_resident_memory_bytes"
    await spread(port, count, 5, 0)
    idle = await metric(port, memory)
    alone = await spread(port, count, seconds, 0)
    beside = await spread(port, count, seconds, count // 100)
    await asyncio.sleep(8)
    after = await metric(port, memory)
    print(f"p99 without {alone[0]:.2f} ms ({alone[1]} messages), with {beside[0]:.2f} ms ({beside[1]}): {100 * beside[0] / alone[0]:.0f} %")
    print(f"closed with {sorted(set(map(str, beside[2])))}, counted {beside[3]:.0f}; memory before {idle / 1e6:.1f} MB, after {after / 1e6:.1f} MB")
    return set(beside[2]) == {1013} and after < idle * 1.1 + 4e6


def main():
    what, port, *rest = sys.argv[1:]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    random.seed(SEED)
    print(f"seed {SEED}")
    sys.exit(0 if asyncio.run({"filters": filters, "resume": resume, "stalled": stalled}[what](int(port), *map(int, rest))) else 1)


main()

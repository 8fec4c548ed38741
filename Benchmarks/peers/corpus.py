#!/usr/bin/env python3
"""corpus.py FIXTURES OUT [--frames 200000] [--seed 1]

Makes the ingest corpus: OUT/corpus.jsonl (one WebSocket text frame a line) and
OUT/corpus.kinds (one kind a line, same order).

FIXTURES is a folder with .jsonl files, one WebSocket frame a line (as `Tests/Fixtures`). Only frames in
the exchanges' 2026 layouts are taken (Binance USD-M: `st`, and `nq` in aggTrade), so that a decoder is
measured on what is sent today; one to a few trades a frame, as the fixtures have them.
Every frame of the corpus is a real frame's byte layout (key order, digit widths, nesting)
whose symbol, prices, quantities, ids and times are varied with a seeded generator, so that
branch predictors and string caches meet varied data. Kinds for which the fixtures hold no frame
use the exchange's documented example layout (SEEDS below).
"""
import argparse, glob, json, os, random, re

MIX = [  # kind, share
    ("bn_agg", 35), ("bn_kline", 20), ("bn_force", 3),
    ("by_trade", 20), ("by_kline", 8), ("by_liq", 2),
    ("hl_trades", 8), ("hl_candle", 4),
]
SEEDS = {  # documented layouts, used where the fixtures hold none
    "bn_force": ['{"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":1791091175227,"o":{"s":"XRPUSDT","S":"BUY","o":"LIMIT","f":"IOC","q":"127.2","p":"1.4984","ap":"1.4912","X":"FILLED","l":"108.1","z":"127.2","T":1791091174219,"ps":"XRPUSDT","st":1}}}'],
    "by_trade": ['{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617}]}'],
    "by_kline": ['{"topic":"kline.5.BTCUSDT","data":[{"start":1672324800000,"end":1672325099999,"interval":"5","open":"16649.5","close":"16677","high":"16677","low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324988882}],"ts":1672324988882,"type":"snapshot"}'],
    "by_liq": ['{"topic":"allLiquidation.ROSEUSDT","type":"snapshot","ts":1739502303204,"data":[{"T":1739502302929,"s":"ROSEUSDT","S":"Sell","v":"20000","p":"0.04499"}]}'],
    "hl_trades": ['{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"104320.0","sz":"0.01500","time":1769916002000,"hash":"0x06b2b7c3b4b8fd32082c04240b9d0d0204e00012c1b82053a9fb62c5b5c9d5e7","tid":118906512037719,"users":["0x31ca8395cf837de08b24da3f660e77761dfb974b","0x010461c14e146ac35fe42271bdc1134ee31c703a"]}]}'],
    "hl_candle": ['{"channel":"candle","data":{"t":1681923600000,"T":1681924499999,"s":"ETH","i":"15m","o":"1771.8","c":"1771.4","h":"1772.1","l":"1770.5","v":"23.3414","n":28}}'],
    "bn_kline": ['{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1791283227688,"s":"BTCUSDT","k":{"t":1791283200000,"T":1791283259999,"s":"BTCUSDT","i":"1m","f":8149533620,"L":8149533714,"o":"85999.90","c":"86000.00","h":"86000.10","l":"85999.80","v":"5.427","n":92,"x":false,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"0"}}}'],
    "bn_agg": ['{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"a":3476465318,"s":"BTCUSDT","p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}}'],
}
BASES = ("BTC ETH SOL XRP DOGE ADA AVAX LINK DOT UNI LTC BCH ATOM NEAR APT ARB OP SUI SEI TIA INJ FIL ETC AAVE "
         "MKR CRV SNX LDO DYDX GMX PEPE WIF BONK ENA JUP WLD TAO FET RNDR TON TRX XLM ALGO HBAR VET ICP IMX SAND MANA AXS").split()


def compact(o):
    return json.dumps(o, separators=(",", ":"), ensure_ascii=False)


def classify(frame):
    try:
        o = json.loads(frame)
    except ValueError:
        return None
    if not isinstance(o, dict):
        return None
    d = o.get("data")
    e = d.get("e") if isinstance(d, dict) else o.get("e")
    if e in ("kline", "aggTrade", "forceOrder"):
        if "stream" not in o:
            return None
        return {"kline": "bn_kline", "aggTrade": "bn_agg", "forceOrder": "bn_force"}[e]
    t = o.get("topic", "")
    if t.startswith("kline."): return "by_kline"
    if t.startswith("publicTrade."): return "by_trade"
    if t.startswith("allLiquidation."): return "by_liq"
    if o.get("channel") == "trades": return "hl_trades"
    if o.get("channel") == "candle": return "hl_candle"
    return None


def current(frame, kind):
    """the exchange's layout of 2026"""
    return {"bn_agg": '"nq"' in frame and '"st":1' in frame, "bn_force": frame.startswith('{"stream":"!forceOrder') and '"st":1' in frame,
            "bn_kline": '"E":179' in frame and '_perp' not in frame, "by_trade": '"seq"' in frame}.get(kind, True)


def harvest(folder):
    seeds = {k: [] for k, _ in MIX}
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.jsonl"), recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f:
                frame = line.strip()
                kind = classify(frame) if len(frame) < 4096 else None
                if kind and current(frame, kind):
                    seeds[kind].append(frame)
    return seeds


def vary_number(rng, s):
    """same width, same point, other digits (first digit kept when it is 0, else non-zero)"""
    out, lead = [], True
    for ch in s:
        if ch.isdigit():
            if lead and ch == "0":
                out.append(ch)
            elif lead:
                out.append(rng.choice("123456789")); lead = False
            else:
                out.append(rng.choice("0123456789"))
        else:
            out.append(ch)
    return "".join(out)


TS = ("E", "T", "t", "ts", "time", "start", "end", "timestamp")


def vary(rng, o, base, now, key=None):
    if isinstance(o, dict):
        return {k: vary(rng, v, base, now, k) for k, v in o.items()}
    if isinstance(o, list):
        return [vary(rng, v, base, now, key) for v in o]
    if isinstance(o, bool):
        return rng.random() < 0.5
    if isinstance(o, int):
        if key == "st":
            return o
        if key in TS:
            return now + rng.randrange(-60000, 60000)
        return int(vary_number(rng, str(o)))
    if isinstance(o, str):
        if key in ("s", "ps"):
            return base if o.isalpha() and len(o) <= 4 else base + "USDT"
        if key == "coin": return base
        if key == "S" and o in ("Buy", "Sell"): return rng.choice(("Buy", "Sell"))
        if key == "S" and o in ("BUY", "SELL"): return rng.choice(("BUY", "SELL"))
        if key == "side": return rng.choice("AB")
        if key == "stream" and not o.startswith("!"): return base.lower() + "usdt@" + o.split("@", 1)[1]
        if key == "topic": return o.rsplit(".", 1)[0] + "." + base + "USDT"
        if re.fullmatch(r"\d+\.\d+|\d+", o) and key not in ("interval",): return vary_number(rng, o)
        if o.startswith("0x"): return "0x" + "".join(rng.choice("0123456789abcdef") for _ in o[2:])
        if re.fullmatch(r"[0-9a-f-]{36}", o): return "".join(c if c == "-" else rng.choice("0123456789abcdef") for c in o)
    return o


UNIT = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "D": 86_400_000, "w": 604_800_000, "W": 604_800_000}


def length(interval):
    """milliseconds of 1m, 15, 4h, D ... (a month counts as 30 days)"""
    if interval.isdigit():
        return int(interval) * 60_000
    return int(interval[:-1] or 1) * UNIT.get(interval[-1], 2_592_000_000)


def order_ohlc(o):
    """make a candle whole: high the greatest and low the least of its prices, its times on the grid"""
    if isinstance(o, dict):
        for first, last, name in (("t", "T", "i"), ("start", "end", "interval")):
            if first in o and last in o:
                o[first] -= o[first] % length(o[name])
                o[last] = o[first] + length(o[name]) - 1
        if "f" in o and "L" in o: o["f"], o["L"] = sorted((o["f"], o["L"]))
        for names in (("o", "h", "l", "c"), ("open", "high", "low", "close")):
            if all(isinstance(o.get(n), str) and n in o for n in names):
                v = sorted((o[n] for n in names), key=float)
                o[names[2]], o[names[0]], o[names[3]], o[names[1]] = v
        for x in o.values(): order_ohlc(x)
    elif isinstance(o, list):
        for x in o: order_ohlc(x)
    return o


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("fixtures"); ap.add_argument("out")
    ap.add_argument("--frames", type=int, default=200_000); ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    seeds = harvest(a.fixtures)
    for k, _ in MIX:
        src = "fixtures"
        if not seeds[k]:
            seeds[k], src = SEEDS[k], "documented layout"
        print(f"{k:10s} {len(seeds[k]):5d} seed frames ({src})")
    rng = random.Random(a.seed)
    kinds = [k for k, _ in MIX]; weights = [w for _, w in MIX]
    objs = {k: [json.loads(s) for s in v] for k, v in seeds.items()}
    os.makedirs(a.out, exist_ok=True)
    now, total = 1_763_700_000_000, 0
    with open(os.path.join(a.out, "corpus.jsonl"), "w") as f, open(os.path.join(a.out, "corpus.kinds"), "w") as g:
        for _ in range(a.frames):
            k = rng.choices(kinds, weights)[0]
            now += 3
            line = compact(order_ohlc(vary(rng, rng.choice(objs[k]), rng.choice(BASES), now)))
            f.write(line + "\n"); g.write(k + "\n"); total += len(line) + 1
    print(f"{a.frames} frames, {total/1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Writes bars.tsv, what the scripted exchange of SpikeTests has, and bars_scores.tsv, which bars of it stand out, by Python's own
statistics. Standard library only; same bytes each time.

bars.tsv: symbol, the bar's number (0 ends at the full hour), turnover, open interest. bars_scores.tsv: symbol, number, the
score of open interest, that of turnover.
"""
import pathlib, statistics

JUMPS = {("AUSDT", 0): (80_000, 100_000), ("BUSDT", 0): (0, 70_000), ("AUSDT", 2): (0, 200_000)}
BARS = range(-50, 3)


def bar(symbol, number):
    seed = number * number + 50 * len(JUMPS) + ord(symbol[0])
    turnover, interest = JUMPS.get((symbol, number), (0, 0))
    return 2_000_000 + seed * 53 % 97 * 100 + turnover, 5_000_000 + seed * 37 % 101 * 100 + interest


def score(values):
    return (values[-1] - statistics.mean(values[:-1])) / statistics.stdev(values[:-1])


here = pathlib.Path(__file__)
with open(here.with_name("bars.tsv"), "w") as bars, open(here.with_name("bars_scores.tsv"), "w") as scores:
    for symbol in ("AUSDT", "BUSDT"):
        for number in BARS:
            turnover, interest = bar(symbol, number)
            bars.write(f"{symbol}\t{number}\t{turnover}\t{interest}\n")
        for number in (0, 1, 2):
            # What a watch has by then: no bar is older than the first one.
            window = [bar(symbol, other) for other in range(max(number - 50, BARS[0]), number + 1)]
            pair = score([interest for _, interest in window]), score([turnover for turnover, _ in window])
            if max(pair) >= 2:
                scores.write(f"{symbol}\t{number}\t{pair[0]!r}\t{pair[1]!r}\n")

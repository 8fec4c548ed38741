"""Writes scores.tsv: z-scores by Python's own statistics, for SpikeScoreTests. Standard library only; same bytes each time.

Each line: the value, the baseline with commas between, the score or `none`. The score is computed with exact fractions
and a square root to 40 digits, then rounded to a double.
"""
import decimal, fractions, pathlib, random, statistics

decimal.getcontext().prec = 60
random.seed(20261126)


def score(value, baseline):
    values = [fractions.Fraction(text) for text in baseline]
    if len(values) < 5:
        return None
    variance = statistics.variance(values)
    if variance == 0:
        return None
    deviation = (decimal.Decimal(variance.numerator) / decimal.Decimal(variance.denominator)).sqrt()
    distance = fractions.Fraction(value) - statistics.mean(values)
    return float(decimal.Decimal(distance.numerator) / decimal.Decimal(distance.denominator) / deviation)


def walk(start, step, places):
    level, out = start, []
    for _ in range(50):
        level += random.uniform(-step, step)
        out.append(f"{level:.{places}f}")
    return out


lines = []
for start, step, places in [(7e9, 3e6, 12), (1.2e5, 4e4, 5), (900000, 0.001, 8), (0.5, 0.4, 2), (5e11, 1e3, 4)]:
    baseline = walk(start, step, places)
    for shift in (0, 1, 3, 40):
        lines.append((f"{start + shift * step:.{places}f}", baseline))
for count in (0, 1, 4, 5, 6):
    lines.append(("10.5", ["1", "2.50", "3", "4", "5.000", "6"][:count]))
lines.append(("7", ["3.0"] * 50))
lines.append(("7", ["3.0", "3", "3.00", "3", "3.1"]))
with open(pathlib.Path(__file__).with_name("scores.tsv"), "w") as file:
    for value, baseline in lines:
        result = score(value, baseline)
        file.write(f"{value}\t{','.join(baseline)}\t{'none' if result is None else repr(result)}\n")

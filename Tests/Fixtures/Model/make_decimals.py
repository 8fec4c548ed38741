#!/usr/bin/env python3
"""Writes the cases the model's tests compare with: numbers by `decimal`, dates by `datetime`.

    python3 Tests/Fixtures/Model/make_decimals.py

One case a line, columns separated by tabs: operation, arguments, expected text. `nil` stands for no result.
The output is the same on every run.
"""

import random
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

HERE = Path(__file__).parent
MAX_MANTISSA = 2**127 - 1
MAX_SCALE = 38
EXACT = Context(prec=400, Emax=9999, Emin=-9999)
EIGHTEEN = Context(prec=18, rounding=ROUND_HALF_EVEN, Emax=9999, Emin=-9999)
RANDOM = random.Random(20260101)


def parts(number):
    """The integer of all digits, and the scale."""
    sign, digits, exponent = number.as_tuple()
    mantissa = int("".join(map(str, digits)))
    return (-mantissa if sign else mantissa), -exponent


def plain(number):
    """Plain digits; the sign of a zero is dropped."""
    text = format(number, "f")
    return text.lstrip("-") if number == 0 else text


def holds(number):
    mantissa, scale = parts(number)
    return 0 <= scale <= MAX_SCALE and abs(mantissa) <= MAX_MANTISSA


def held(number):
    """The text of a result: as it is, else with as few trailing zeros dropped as it takes, else nil."""
    if parts(number)[1] < 0:
        number = number.quantize(Decimal(1), context=EXACT)
    while not holds(number):
        mantissa, scale = parts(number)
        if scale <= 0 or mantissa % 10:
            return "nil"
        number = Decimal(mantissa // 10 if mantissa >= 0 else -(-mantissa // 10)).scaleb(1 - scale, context=EXACT)
    return plain(number)


def trimmed(number):
    """Without trailing zeros after the point."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else number


def random_number(max_digits=38):
    digits = RANDOM.choice([RANDOM.randint(1, 10), RANDOM.randint(1, 20), RANDOM.randint(1, max_digits)])
    mantissa = RANDOM.randint(10 ** (digits - 1), 10**digits - 1)
    if RANDOM.random() < 0.25:
        zeros = RANDOM.randint(1, digits)
        mantissa = mantissa // 10**zeros * 10**zeros
    scale = RANDOM.randint(0, MAX_SCALE) if RANDOM.random() < 0.4 else RANDOM.randint(0, min(digits, 8))
    return Decimal(mantissa * RANDOM.choice([1, 1, 1, -1])).scaleb(-scale, context=EXACT)


EDGES = [
    Decimal(text)
    for text in [
        "0", "0.00", "1", "-1", "0.1", "10", "3", "7", "0.5", "2", "9", "5",
        "0." + "0" * 37 + "1", "-0." + "0" * 37 + "1", "0." + "0" * 38, "9" * 38, "-" + "9" * 38, "0." + "9" * 38,
        str(MAX_MANTISSA), "-" + str(MAX_MANTISSA), "1." + "0" * 37, "1." + "0" * 38, "1" + "0" * 38, "1" + "0" * 37,
        "18446744073709551615", "18446744073709551616", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "0.9223372036854775807", "999999999999999999", "1000000000000000000",
        "9999999999999999999", "99999999999999999950", "999999999999999999.5", "99999999999999999.95",
        "170141183460469231731687303715884105720", "1.7014118346046923173168730371588410572",
        "75557863725914323419136", "0.00000000000000000000000000000055511151231257827021181583404541015625",
    ]
]


def write(name, rows):
    lines = list(dict.fromkeys("\t".join(row) for row in rows))
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    print(name, len(lines), "cases")


def reading():
    """Texts and what they print as; the text of a number that is too long gives nil."""
    for number in EDGES + [random_number() for _ in range(350)]:
        text = format(number, "f")
        yield "read", text, held(number) if holds(number) else "nil"
        if RANDOM.random() < 0.1:
            yield "read", "+" + text.lstrip("-"), plain(number.copy_abs())
            yield "read", text.replace("-", "-000") if text[0] == "-" else "000" + text, plain(number)
    for _ in range(200):
        number, exponent = random_number(30), RANDOM.randint(-45, 45)
        value = number.scaleb(exponent, context=EXACT)
        mark = RANDOM.choice(["e", "E"]) + (RANDOM.choice(["", "+"]) if exponent >= 0 else "")
        yield "read", format(number, "f") + mark + str(exponent), held(value)
    for digits in range(37, 42):
        for text in ["9" * digits, "1" + "0" * (digits - 1), "0." + "0" * (digits - 1) + "1", "1." + "0" * digits]:
            yield "read", text, plain(Decimal(text)) if holds(Decimal(text)) else "nil"
    for mantissa in [MAX_MANTISSA - 1, MAX_MANTISSA, MAX_MANTISSA + 1, 2**128 - 1, 2**128, 2**128 + 5]:
        for text in [str(mantissa), "-" + str(mantissa), str(mantissa)[:2] + "." + str(mantissa)[2:]]:
            yield "read", text, plain(Decimal(text)) if holds(Decimal(text)) else "nil"


def pairs(count):
    for left in EDGES:
        for right in RANDOM.sample(EDGES, 8):
            yield left, right
    for _ in range(count):
        left, right = random_number(), random_number()
        yield left, right
        if RANDOM.random() < 0.1:
            yield left, trimmed(left)
            yield left, EXACT.add(left, Decimal("0.00000001")) if parts(left)[1] < 9 else left.copy_negate()


def arithmetic():
    held_pairs = [pair for pair in pairs(350) if all(map(holds, pair))]
    for left, right in held_pairs:
        arguments = (format(left, "f"), format(right, "f"))
        yield ("compare", *arguments, "<" if left < right else ">" if left > right else "=")
    for left, right in held_pairs[::2]:
        arguments = (format(left, "f"), format(right, "f"))
        total = EXACT.add(left, right)
        yield ("add", *arguments, plain(total) if holds(total) else held(trimmed(total)))
    for left, right in held_pairs[1::2]:
        arguments = (format(left, "f"), format(right, "f"))
        yield ("multiply", *arguments, held(EXACT.multiply(left, right)))
    # Long factors whose product ends in zeros.
    for _ in range(40):
        twos, fives = RANDOM.randint(20, 120), RANDOM.randint(10, 50)
        left = Decimal(2**twos).scaleb(-RANDOM.randint(0, 38), context=EXACT)
        right = Decimal(5**fives).scaleb(-RANDOM.randint(0, 38), context=EXACT)
        yield "multiply", format(left, "f"), format(right, "f"), held(EXACT.multiply(left, right))
    for number in EDGES + [random_number() for _ in range(60)]:
        if holds(number):
            yield "half", format(number, "f"), held(trimmed(EXACT.multiply(number, Decimal("0.5"))))
            yield "trim", format(number, "f"), plain(trimmed(number))
    divisions = held_pairs[::3]
    # A tie at the nineteenth digit, and quotients that round up to 10^18.
    for _ in range(60):
        odd = RANDOM.randint(10**17, 10**18 - 1)
        divisions.append((Decimal(odd * 10 + 5), Decimal(RANDOM.choice([10, 1, 2, 4, 8]))))
        divisions.append((Decimal(odd * 100 + 50 + RANDOM.choice([0, 1])), Decimal(RANDOM.choice([100, 1000, 1]))))
        divisions.append((Decimal(10**18 * 10 - RANDOM.randint(1, 9)), Decimal(RANDOM.choice([1, 10, 100]))))
    for left, right in divisions:
        expected = "nil" if right == 0 else held(trimmed(EIGHTEEN.divide(left, right)))
        yield "divide", format(left, "f"), format(right, "f"), expected


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def microseconds(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


def iso(moment):
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    if moment.microsecond % 1000:
        return f"{text}.{moment.microsecond:06}Z"
    return f"{text}.{moment.microsecond // 1000:03}Z" if moment.microsecond else text + "Z"


def open_time(moment, count, unit):
    """The latest start of a candle that is not after a moment."""
    if unit == "M":
        months = (moment.year - 1970) * 12 + moment.month - 1
        months -= months % count
        return datetime(1970 + months // 12, months % 12 + 1, 1, tzinfo=timezone.utc)
    length = count * timedelta(**{{"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[unit]: 1})
    first = datetime(1969, 12, 29, tzinfo=timezone.utc) if unit == "w" else EPOCH
    return moment - (moment - first) % length


def next_open(moment, count, unit, steps):
    if unit == "M":
        months = moment.year * 12 + moment.month - 1 + count * steps
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=timezone.utc)
    names = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    return moment + steps * count * timedelta(**{names[unit]: 1})


INTERVALS = "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 2w 1M 3M".split()


def dates():
    moments = [
        EPOCH, EPOCH + timedelta(microseconds=1), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
        datetime(2000, 2, 29, tzinfo=timezone.utc), datetime(2100, 2, 28, 23, 59, 59, 999000, tzinfo=timezone.utc),
        datetime(2100, 3, 1, tzinfo=timezone.utc), datetime(2024, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
    ]
    span = microseconds(datetime(9990, 1, 1, tzinfo=timezone.utc))
    near = microseconds(datetime(2040, 1, 1, tzinfo=timezone.utc))
    for _ in range(200):
        instant = RANDOM.randint(10**12, RANDOM.choice([span, near, near]))
        instant -= instant % RANDOM.choice([1, 1000, 10**6])
        moments.append(EPOCH + timedelta(microseconds=instant))
    for moment in moments:
        yield "iso", str(microseconds(moment)), iso(moment)
        yield "day", str(microseconds(moment) // 86_400_000_000), f"{moment.year}-{moment.month}-{moment.day}"
    for moment in moments[7:]:
        for text in RANDOM.sample(INTERVALS, 3):
            count, unit = int(text[:-1]), text[-1]
            start = open_time(moment, count, unit)
            yield "open", text, str(microseconds(moment)), str(microseconds(start))
            steps = RANDOM.choice([1, 1, -1, RANDOM.randint(-30, 30)])
            later = next_open(start, count, unit, steps)
            if later >= EPOCH:
                yield "step", text, str(microseconds(start)), str(steps), str(microseconds(later))


if __name__ == "__main__":
    write("decimals.tsv", [*reading(), *arithmetic()])
    write("dates.tsv", list(dates()))

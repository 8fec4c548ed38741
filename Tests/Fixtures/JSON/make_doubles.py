"""Writes doubles.tsv: binary numbers as Python prints them, for JSONWriterDoubleTests. Standard library only; same bytes each time.

Each line: the 64 bits in hexadecimal, then the shortest digits that read back as the number, without an exponent and without
zeros at the end of a fraction.
"""
import decimal, pathlib, random, struct

random.seed(20261126)


def text(value):
    plain = format(decimal.Decimal(repr(value)), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "0") else plain


values = [0.0, -0.0, 1.0, -1.0, 3.0, 0.1, -0.1, 0.3, 1 / 3, 2 / 3, 2.5, -2.5, 10.0, 100.0, 123456.0, 0.5, 0.25, 1e-5, 1e-4, 1e-3]
values += [float(2**power) for power in (10, 52, 53, 54, 63, 64, 100, 1023)] + [2.0**-power for power in (1, 10, 52, 300, 1074)]
values += [5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, -1.7976931348623157e308]
values += [sign * digit * 10.0**power for power in range(-30, 31) for digit in (1, 9.5) for sign in (1, -1)]
values += [9007199254740991.0, 9007199254740993.0, 999999999999999.9, 9999999999999998.0, 1e15, 1e16, 1e17, 123456789012345680.0]
values += [random.gauss(0, 3) for _ in range(200)] + [random.uniform(0, 40) for _ in range(100)]
values += [round(random.gauss(0, 3), places) for places in range(1, 6) for _ in range(10)]
values += [number for number in (struct.unpack(">d", random.randbytes(8))[0] for _ in range(100)) if number == number and abs(number) != float("inf")]
with open(pathlib.Path(__file__).with_name("doubles.tsv"), "w") as file:
    for value in values:
        assert float(text(value)) == value
        file.write(f"{struct.pack('>d', value).hex()}\t{text(value)}\n")

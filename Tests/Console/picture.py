"""Makes a picture of a page small: 256 colours are enough for text, lines and even areas."""

import collections
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(data):
    """The parts of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout)."""
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += length + 12


def rows(data):
    """Width, bytes a pixel and the lines of a PNG of 8 bits without interlacing, as browsers write it."""
    parts = list(chunks(data))
    width, _, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    assert depth == 8 and colour in (2, 6) and not interlaced
    size = 3 if colour == 2 else 4
    raw = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    line, before, found = width * size, bytes(width * size), []
    for start in range(0, len(raw), line + 1):
        before = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + line]), before, size)
        found.append(bytes(before))
    return width, size, found


def unfiltered(kind, line, above, size):
    """A line without its filter (§9.2)."""
    for index in range(len(line)):
        left = line[index - size] if index >= size else 0
        corner = above[index - size] if index >= size else 0
        if kind == 1:
            line[index] = (line[index] + left) & 255
        elif kind == 2:
            line[index] = (line[index] + above[index]) & 255
        elif kind == 3:
            line[index] = (line[index] + (left + above[index]) // 2) & 255
        elif kind == 4:
            guess = left + above[index] - corner
            nearest = min((left, above[index], corner), key=lambda each: abs(guess - each))
            line[index] = (line[index] + nearest) & 255
    return line


def small(data):
    """The same picture with a palette: of colours that look the same the most frequent one, 256 of these at most."""
    width, size, lines = rows(data)
    pixels = [[line[at : at + 3] for at in range(0, len(line), size)] for line in lines]
    counts = collections.Counter(pixel for line in pixels for pixel in line)
    alike = {}
    for colour, _ in counts.most_common():
        alike.setdefault(tuple(part >> 4 for part in colour), colour)
    palette = list(alike.values())[:256]
    distance = lambda one, other: sum((a - b) ** 2 for a, b in zip(one, other))
    nearest = {colour: min(range(len(palette)), key=lambda at: distance(palette[at], colour)) for colour in counts}
    body = b"".join(b"\0" + bytes(nearest[pixel] for pixel in line) for line in pixels)
    head = struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part)) for kind, part in parts)

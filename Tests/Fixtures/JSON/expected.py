"""Prints every leaf of the JSON documents on standard input, one document a line: path, kind, text, between tabs."""

import json
import sys


class Number(str):
    """A number's own digits."""


class Members(list):
    """The members of an object, in order."""


def leaves(value, path):
    if isinstance(value, Members):
        if not value:
            yield path, "object", ""
        for key, member in value:
            yield from leaves(member, f"{path}/{key}")
    elif isinstance(value, list):
        if not value:
            yield path, "array", ""
        for index, element in enumerate(value):
            yield from leaves(element, f"{path}/{index}")
    elif isinstance(value, Number):
        yield path, "number", value
    elif isinstance(value, str):
        yield path, "string", value
    elif value is None:
        yield path, "null", ""
    else:
        yield path, "bool", "true" if value else "false"


for index, line in enumerate(sys.stdin):
    document = json.loads(line, parse_int=Number, parse_float=Number, object_pairs_hook=Members)
    for leaf in leaves(document, str(index)):
        print("\t".join(leaf))

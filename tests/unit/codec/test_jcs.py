"""RFC 8785: the samples that it publishes, and the values that it cannot write."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785

from ledger.codec.jcs import canonicalize
from ledger.errors import MalformedError
from ledger.types import JsonValue

# RFC 8785 appendix B: the bits of a double, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("bits", NUMBERS)
def test_a_published_number_is_written_as_published(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonicalize(number) == NUMBERS[bits].encode()
    assert canonicalize([number, {"a": number}]) == f'[{NUMBERS[bits]},{{"a":{NUMBERS[bits]}}}]'.encode()


def test_the_published_object_is_written_as_published() -> None:
    value: JsonValue = {  # RFC 8785 §3.2.2
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert (
        canonicalize(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_names_sort_by_utf_16() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]  # RFC 8785 §3.2.3
    written = canonicalize(dict.fromkeys(names, "")).decode()
    places = [written.index(f'"{name}"') for name in ["1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]]
    assert written.startswith('{"\\r"')
    assert places == sorted(places)


class Colour(StrEnum):
    RED = "red"


class Count(IntEnum):
    TWO = 2


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            '"\\/\b\f\n\r\t\x00\x1f\x7f\u2028',
            True,
            2**53 - 1,
            [],
            {},
            [[]],
            (1, "a"),
            {"b": 1, "a": {"d": [], "c": ()}},
        ),
        [0.5, -0.5, 0.0001, 0.00001, 1e-7, 1.0, -0.0, 1e15 + 0.5, 4503599627370496.5, 1e16, 1e21, 5e-324],
        *([Colour.RED, Count.TWO], {Colour.RED: Colour.RED}),
        *(["\ue000", "\U00010000"], {"\ue000": 1, "\U00010000": 2}),
        ["salt", "urn:epc:id:sgln:0614141.0.0", "2020-01-01T00:00:00.0Z", "1e7", ":1.0,", "[12345678901234567"],
    ],
)
def test_it_writes_what_the_reference_writes(value: Any) -> None:
    assert canonicalize(value) == rfc8785.dumps(value)


def circular() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


REFUSED: dict[str, Callable[[], Any]] = {
    "NaN": lambda: [float("nan")],
    "infinity": lambda: {"a": float("inf")},
    "minus infinity": lambda: -float("inf"),
    "2^53": lambda: [2**53],
    "-2^53": lambda: -(2**53),
    "an integer of ten thousand digits": lambda: 10**10_000,
    "lone surrogate": lambda: ["\ud800"],
    "lone surrogate in a name": lambda: {"\udfff": 1},
    "lone surrogate beside a wide character": lambda: {"\udfff": "\U00010000"},
    "integer as a name": lambda: {1: "a"},
    "null as a name": lambda: [{None: "a"}],
    "boolean as a name": lambda: {"a": {True: 1}},
    "names of two kinds": lambda: {"a": 1, 2: 3},
    "bytes": lambda: b"a",
    "bytes inside": lambda: ["a", {"b": b"a"}],
    "a set": lambda: [{1, 2}],
    "an object": object,
    "a circle": circular,
    "too deep": deep,
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_json_cannot_say_is_refused(fault: str) -> None:
    with pytest.raises(MalformedError):
        canonicalize(REFUSED[fault]())


def test_no_refusal_tells_a_value() -> None:
    for value in ([12345678901234567890], ["secret\ud800"], {"price": b"123"}):
        with pytest.raises(MalformedError) as refusal:
            canonicalize(value)  # type: ignore[arg-type]
        assert not re.search("123|secret", str(refusal.value))

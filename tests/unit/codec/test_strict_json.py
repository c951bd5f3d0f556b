"""Strict JSON: what every language reads alike is taken, every other text refused with the place of its fault."""

from __future__ import annotations

import json
import re

import pytest

from ledger.codec.strict_json import MAX_BYTES, MAX_DEPTH, members_with_source, parse
from ledger.errors import MalformedError, TooLargeError
from ledger.types import JsonValue

TAKEN: dict[str, JsonValue] = {
    "null": None,
    "true": True,
    "false": False,
    '""': "",
    '"\\u0000\\b\\f\\n\\r\\t\\"\\\\\\/"': '\x00\b\f\n\r\t"\\/',
    '"\\ud83d\\ude00 \U0001f600"': "\U0001f600 \U0001f600",
    '"\\\\ud800"': "\\ud800",
    '"\x7f\u2028\ufeff"': "\x7f\u2028\ufeff",
    " \t\n\r[ 1 , 2 ] \n": [1, 2],
    "{}": {},
    "[]": [],
    '{"":0,"a":{"a":1}}': {"": 0, "a": {"a": 1}},
    '{"constructor":1,"proto":2}': {"constructor": 1, "proto": 2},
    "0": 0,
    "-1": -1,
    "9007199254740991": 2**53 - 1,
    "-9007199254740991": -(2**53) + 1,
    "0.1": 0.1,
    "1.50": 1.5,
    "1e3": 1000,
    "1E+3": 1000,
    "1.0": 1,
    "0.0": 0,
    "0e5": 0,
    "0e999999999999999999999": 0,
    "1.5e-7": 1.5e-7,
    "5e-324": 5e-324,
    "2.2250738585072014e-308": 2.2250738585072014e-308,
    "9007199254740991.0": 2**53 - 1,
    "90071992547409910e-1": 2**53 - 1,
    "0.30000000000000004": 0.30000000000000004,
    "0.00001e5": 1,
    "1e-0": 1,
    f"1e{'0' * 5000}2": 100,
    f"1.{'0' * 5000}": 1,
    f"1{'0' * 400}e-400": 1,
}


@pytest.mark.parametrize("text", TAKEN, ids=lambda text: text[:40])
def test_it_is_taken(text: str) -> None:
    value = parse(text.encode())
    assert value == TAKEN[text]
    assert json.dumps(value) == json.dumps(TAKEN[text])  # 1 is not 1.0, nor True


REFUSED: dict[str, tuple[str, str]] = {
    # RFC 8259
    "nothing": ("", ""),
    "white space only": (" \n", ""),
    "two values": ("1 2", ""),
    "trailing bracket": ("{}]", ""),
    "trailing comma in an array": ("[1,]", "/1"),
    "trailing comma in an object": ('{"a":1,}', ""),
    "missing comma in an array": ("[1 2]", "/0"),
    "missing comma in an object": ('{"a":1 "b":2}', ""),
    "missing colon": ('{"a" 1}', "/a"),
    "missing value": ('{"a":}', "/a"),
    "unclosed array": ("[1", "/0"),
    "unclosed object": ('{"a":{"b":1', "/a"),
    "unclosed string": ('{"a":"b', "/a"),
    "single quotes": ("{'a':1}", ""),
    "name without quotes": ("{a:1}", ""),
    "number as a name": ("{1:1}", ""),
    "comment": ("[1/**/]", "/0"),
    "capital literal": ("[True]", "/0"),
    "half a literal": ("[tru]", "/0"),
    "overlong literal": ("[nulll]", "/0"),
    "newline in a string": ('["a\nb"]', "/0"),
    "NUL in a string": ('["a\x00b"]', "/0"),
    "unknown escape": ('["\\x41"]', "/0"),
    "short escape": ('["\\u12"]', "/0"),
    "sign in an escape": ('["\\u+123"]', "/0"),
    "underscore in an escape": ('["\\u1_23"]', "/0"),
    "form feed as white space": ("\x0c1", ""),
    "no-break space as white space": ("\u00a01", ""),
    "leading zero": ("[01]", "/0"),
    "leading plus": ("[+1]", "/0"),
    "leading point": ("[.5]", "/0"),
    "trailing point": ("[1.]", "/0"),
    "empty exponent": ("[1e]", "/0"),
    "hexadecimal": ("[0x10]", "/0"),
    "underscore in a number": ("[1_000]", "/0"),
    "minus alone": ("[-]", "/0"),
    "digits of another script": ("[\u0661]", "/0"),
    "NaN": ('{"a":[0,NaN]}', "/a/1"),
    "Infinity": ("[Infinity]", "/0"),
    "minus Infinity": ("[-Infinity]", "/0"),
    # what languages read differently
    "a name twice": ('{"x":[{"a":1,"b":2,"a":1}]}', "/x/0/a"),
    "a name twice, once escaped": ('{"a":1,"\\u0061":2}', "/a"),
    "__proto__": ('{"a":{"__proto__":{}}}', "/a/__proto__"),
    "__proto__, escaped": ('{"\\u005f_proto__":1}', "/__proto__"),
    "lone high surrogate": ('{"a":"\\ud800"}', "/a"),
    "lone low surrogate": ('["\\uDC00"]', "/0"),
    "surrogates in the wrong order": ('["\\ude00\\ud83d"]', "/0"),
    "high surrogate before another escape": ('["\\ud83d\\u0041"]', "/0"),
    "lone surrogate in a name": ('{"a":{"\\ud800":1}}', "/a"),
    # numbers
    "minus zero": ('{"a":-0}', "/a"),
    "minus zero with fraction": ("[-0.0]", "/0"),
    "minus zero with exponent": ("[-0e5]", "/0"),
    "too large an integer": ("[9007199254740992]", "/0"),
    "too small an integer": ("[-9007199254740992]", "/0"),
    "an integer of ten thousand digits": (f"[{'9' * 10_000}]", "/0"),
    "too large a number": ("[1e20]", "/0"),
    "too large a number with fraction": ("[9007199254740992.0]", "/0"),
    "beyond a double": ("[1e400]", "/0"),
    "exponent of ten thousand digits": (f"[1e{'9' * 10_000}]", "/0"),
    "exponent of minus ten thousand digits": (f"[1e-{'9' * 10_000}]", "/0"),
    "vanishing": ("[1e-400]", "/0"),
    "vanishing and negative": ("[-1e-400]", "/0"),
    "denormal with more digits than kept": ("[4.9e-324]", "/0"),
    "more digits than kept": ("[0.10000000000000000001]", "/0"),
    "the exact value of a double": ("[0.1000000000000000055511151231257827021181583404541015625]", "/0"),
    "an integer with a lost fraction": ("[9007199254740991.2]", "/0"),
    "half beyond the digits kept": ("[4503599627370497.51]", "/0"),
    # pointers
    "slash and tilde in a name": ('{"a/b~c":{"":[0,-0]}}', "/a~1b~0c//1"),
    "the second of two faults is not named": ('{"a":[-0],"a":1}', "/a/0"),
    "after members that are whole": ('{"a":{"b":[1,{"c":2}]},"d":[[],{}],"e":-0}', "/e"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_it_is_refused_at_its_place(fault: str) -> None:
    text, pointer = REFUSED[fault]
    with pytest.raises(MalformedError) as refusal:
        parse(text.encode())
    assert refusal.value.pointer == pointer


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'"\xed\xa0\xbd\xed\xb8\x80"',
        b'"\xf4\x90\x80\x80"',
        b'"\xe4\xbd',
        "{}".encode("utf-16"),
        "{}".encode("utf-16-le"),
        "{}".encode("utf-32"),
        b"\x00",
    ],
)
def test_bytes_that_are_not_plain_utf_8_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(data)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_has_a_limit(opening: str, closing: str) -> None:
    step = opening.count("[") + opening.count("{")
    deepest = MAX_DEPTH // step
    parse((opening * deepest + "0" + closing * deepest).encode())
    for depth in (deepest + 1, 500, 100_000):
        with pytest.raises(MalformedError) as refusal:
            parse((opening * depth + "0" + closing * depth).encode())
        assert refusal.value.pointer.count("/") == MAX_DEPTH
        assert "deeper" in refusal.value.found


def test_many_shallow_brackets_are_not_deep() -> None:
    assert parse(b"[" + b",".join([b'[{"a":[]},"[[[["]'] * 500) + b"]") == [[{"a": []}, "[[[["]] * 500


def test_a_text_beyond_the_limit_is_too_large() -> None:
    assert parse(b'"' + b"x" * (MAX_BYTES - 2) + b'"') == "x" * (MAX_BYTES - 2)
    with pytest.raises(TooLargeError):
        parse(b'"' + b"x" * (MAX_BYTES - 1) + b'"')
    with pytest.raises(TooLargeError):
        parse(b"[1]", max_bytes=2)


def test_no_refusal_tells_a_value() -> None:
    for text in ('{"price":-123456789012345678}', '{"price":123.45678901234567890123}', '{"name":"secret\\ud800"}'):
        with pytest.raises(MalformedError) as refusal:
            parse(text.encode())
        assert not re.search("123|secret", str(refusal.value))


SOURCES = {
    "{}": {},
    ' { "a" : 1.50 , "b\\u0062":"\\u0041:,{}" }\n': {"a": b"1.50", "bb": b'"\\u0041:,{}"'},
    '{"event":{"x" : [ 1, 2 ],"\u00e9":"\u4e2d"},"seed":"0x00"}': {
        "event": '{"x" : [ 1, 2 ],"\u00e9":"\u4e2d"}'.encode(),
        "seed": b'"0x00"',
    },
    '{"":\t"","\\"":null,":":[{"a":{}}]}': {"": b'""', '"': b"null", ":": b'[{"a":{}}]'},
}


@pytest.mark.parametrize("text", SOURCES)
def test_members_come_with_their_exact_bytes(text: str) -> None:
    members = members_with_source(text.encode())
    assert {name: source for name, (_, source) in members.items()} == SOURCES[text]
    assert {name: value for name, (value, _) in members.items()} == parse(text.encode())
    assert all(parse(source) == value for value, source in members.values())


@pytest.mark.parametrize("text", ["[]", "1", '"{}"', "null"])
def test_only_an_object_has_members(text: str) -> None:
    with pytest.raises(MalformedError, match="expected a JSON object"):
        members_with_source(text.encode())


def test_members_are_read_as_strictly() -> None:
    for fault in ("a name twice", "minus zero", "lone surrogate in a name", "missing colon"):
        text, pointer = REFUSED[fault]
        with pytest.raises(MalformedError) as refusal:
            members_with_source(text.encode())
        assert refusal.value.pointer == pointer

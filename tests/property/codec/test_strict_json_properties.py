"""Strict JSON for any text: a value or a refusal, the fast reading and the careful one of one mind."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.codec.jcs import canonicalize
from ledger.codec.strict_json import MAX_DEPTH, members_with_source, parse
from ledger.codec.strict_json_fault import refuse
from ledger.errors import InternalError, MalformedError
from ledger.types import JsonValue

SAFE = 2**53 - 1
NAMES = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda name: name != "__proto__")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(-SAFE, SAFE) | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
PIECES = st.sampled_from([*'{}[],:" \n-+.eE019\\/', '"a"', '"a":', "\\u", "d800", "dc00", "true", "null", "NaN", "é"])
TEXTS = st.lists(PIECES, max_size=24).map("".join)
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(VALUES)
def test_a_canonical_value_is_read_as_itself(value: JsonValue) -> None:
    data = canonicalize(value)
    assert canonicalize(parse(data)) == data


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_layout_and_escapes_change_nothing(value: JsonValue, indent: int | str | None, escape: bool) -> None:
    plain = parse(canonicalize(value))
    assert parse(json.dumps(plain, indent=indent, ensure_ascii=escape).encode(), 1 << 24) == plain


@given(TEXTS)
@example('{"a":"\\ud83d\\ude00"}')
@example("[" * (MAX_DEPTH + 1))
def test_the_careful_reading_takes_what_the_fast_one_takes(text: str) -> None:
    try:
        value = parse(text.encode())
    except MalformedError:
        with pytest.raises(MalformedError):
            refuse(text)
    else:
        assert json.loads(text) == value
        with pytest.raises(InternalError):
            refuse(text)


@given(st.binary(max_size=64))
def test_any_bytes_give_a_value_or_a_refusal(data: bytes) -> None:
    with suppress(MalformedError):
        parse(data)


@given(NUMBERS)
@settings(max_examples=300)
def test_a_number_is_taken_only_if_it_keeps_its_value(text: str) -> None:
    kept = Decimal(text)
    try:
        number = parse(text.encode())
    except MalformedError:
        keeps = abs(kept) <= SAFE and Decimal(repr(float(text))) == kept
        assert not keeps or (kept == 0 and text.startswith("-"))
    else:
        assert isinstance(number, (int, float))
        assert Decimal(rfc8785.dumps(number).decode()) == kept


@given(st.dictionaries(NAMES, VALUES, max_size=5), st.sampled_from([None, 1]))
def test_the_source_of_a_member_is_part_of_the_whole(value: dict[str, JsonValue], indent: int | None) -> None:
    plain = parse(canonicalize(value))
    data = json.dumps(plain, indent=indent).encode()
    members = members_with_source(data)
    assert {name: member for name, (member, _) in members.items()} == plain
    at = 0
    for member, source in members.values():
        at = data.index(source, at) + len(source)
        assert parse(source) == member

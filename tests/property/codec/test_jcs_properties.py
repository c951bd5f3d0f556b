"""RFC 8785 for any value: the same bytes as the reference implementation, or a refusal where it refuses."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rfc8785 import dumps

from ledger.codec.jcs import canonicalize
from ledger.errors import MalformedError

# Wide characters beside those between the surrogates and them, where UTF-16 and code points sort apart.
TEXTS = st.text(st.characters() | st.sampled_from('\ue000\uffff\U00010000\U0001f600"\\/\x00\x7f:,.e019[{'))
DOUBLES = st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack(">d", bits.to_bytes(8, "big"))[0])
SCALARS = st.none() | st.booleans() | st.integers() | st.integers(-(2**54), 2**54) | st.floats() | DOUBLES | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.tuples(inner, inner)
        | st.dictionaries(TEXTS, inner, max_size=5)
        | st.dictionaries(TEXTS | st.integers(0, 3) | st.booleans() | st.none(), inner, max_size=2)
    ),
    max_leaves=15,
)


def by_the_reference(value: Any) -> bytes | None:
    try:
        return dumps(value)
    except ValueError:
        return None


@given(VALUES)
@settings(max_examples=500)
def test_it_writes_or_refuses_as_the_reference_does(value: Any) -> None:
    expected = by_the_reference(value)
    try:
        assert canonicalize(value) == expected
    except MalformedError:
        assert expected is None


@given(DOUBLES | st.floats(-1e22, 1e22) | st.floats(-1e-3, 1e-3))
@settings(max_examples=500)
def test_it_writes_every_number_as_the_reference_does(number: float) -> None:
    expected = by_the_reference([number])
    try:
        assert canonicalize([number]) == expected
    except MalformedError:
        assert expected is None

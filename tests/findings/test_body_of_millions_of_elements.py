"""A body of ``[0,0,…]`` was taken apart into an item for each of its elements before it was refused for their number.

At the limit of a body's size that were 32 million items, some ten gigabytes.
"""

from __future__ import annotations

import tracemalloc

import pytest

from ledger.codec.strict_json import parse
from ledger.epcis.deviation import Mode
from ledger.errors import TooLargeError
from ledger.service.intake import items_of

ELEMENTS = 40_000
MOST_BYTES_MORE = 4 << 20


@pytest.mark.parametrize("element", [b"0", b'{"event":0}'])
def test_it_is_refused_at_little_more_memory_than_its_reading_takes(element: bytes) -> None:
    body = b"[" + b",".join([element] * ELEMENTS) + b"]"
    tracemalloc.start()
    parse(body)
    _, reading = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    with pytest.raises(TooLargeError):
        items_of(body, Mode.STRICT, lambda: lambda event: pytest.fail(f"signed {event}"), str)
    _, whole = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert whole < reading + MOST_BYTES_MORE

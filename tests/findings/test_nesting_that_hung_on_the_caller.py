"""How deep a value JCS writes was how much of the stack its caller had left; now it is as deep as strict JSON reads.

So the same bytes have the same digest, or the same refusal, wherever they are looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from ledger.codec.jcs import canonicalize
from ledger.codec.strict_json import MAX_DEPTH, parse
from ledger.errors import MalformedError


def nested(depth: int, scalar: Any, *, in_objects: bool) -> Any:
    value = scalar
    for _ in range(depth):
        value = {"a": value} if in_objects else [value]
    return value


@pytest.mark.parametrize("in_objects", [False, True])
@pytest.mark.parametrize("scalar", [1, 1.0, [], {}, "\U00010000"], ids=repr)
def test_as_deep_as_strict_json_and_no_deeper(scalar: Any, *, in_objects: bool) -> None:
    levels = MAX_DEPTH - isinstance(scalar, (list, dict))
    deepest = canonicalize(nested(levels, scalar, in_objects=in_objects))
    assert canonicalize(parse(deepest)) == deepest
    with pytest.raises(MalformedError) as refusal:
        canonicalize(nested(levels + 1, scalar, in_objects=in_objects))
    assert refusal.value.found == "nesting too deep to write"

"""The GS1 check digit: computed and verified (GS1 General Specifications §7.9.1, modulo 10 with weights 3 and 1)."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]+")


def check_digit(digits: str) -> str:
    """Return the digit that completes ``digits``; the weights 3, 1, 3, … run from the right.

    ``digits`` must be ASCII digits only. The sums run over their character codes, so each place contributes 48 times
    its weight too much, which is taken off again at the end.
    """
    codes = digits.encode()
    places = len(codes)
    total = 3 * sum(codes[-1::-2]) + sum(codes[-2::-2]) - 48 * (3 * ((places + 1) // 2) + places // 2)
    return "0987654321"[total % 10]


def has_valid_check_digit(digits: str) -> bool:
    """Return whether ``digits`` is a row of at least two ASCII digits that ends in its own check digit."""
    return len(digits) > 1 and _DIGITS.fullmatch(digits) is not None and check_digit(digits[:-1]) == digits[-1]

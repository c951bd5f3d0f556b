"""A trust root with a company prefix of no digits made check 11 raise ValueError. The contract takes 4 to 13 digits."""

from __future__ import annotations

import pytest

from ledger.domain.facts import PrefixClaimed, PrefixReleased, dump_fact, parse_fact
from ledger.errors import MalformedError
from tests.builders import World, party


@pytest.mark.parametrize("length", [0, 3, 14, 2**53 - 1])
@pytest.mark.parametrize("kind", [PrefixClaimed, PrefixReleased])
def test_a_length_that_no_company_prefix_has(kind: type[PrefixClaimed], length: int) -> None:
    fact = dump_fact(World().fact(kind(party("maker"), 0, length)))
    with pytest.raises(MalformedError, match="/facts/0/length"):
        parse_fact(fact, "/facts/0")

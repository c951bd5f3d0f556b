"""A quantity of "1e99999999999999999999" passed lenient validation and made `parse_event` raise InvalidOperation."""

from __future__ import annotations

import pytest

from ledger.epcis.event_parser import parse_event
from ledger.errors import MalformedError
from tests.builders import object_event


@pytest.mark.parametrize("quantity", ["1e99999999999999999999", "1e-99999999999999999999", "1E+1000"])
def test_a_quantity_that_no_decimal_holds(quantity: str) -> None:
    event = object_event(quantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.011122.L1", "quantity": quantity}])
    with pytest.raises(MalformedError, match="/quantityList/0/quantity"):
        parse_event(event)

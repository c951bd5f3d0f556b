"""Validation took ``https://ns.gs1.org/epcis/ObjectEvent`` for an ObjectEvent, the parser for somebody else's event."""

from __future__ import annotations

import pytest

from ledger.epcis.event_parser import parse_event
from ledger.epcis.events import ObjectEvent
from tests.builders import object_event


@pytest.mark.parametrize("prefix", ["", "epcis:", "https://ref.gs1.org/epcis/", "https://ns.gs1.org/epcis/"])
def test_every_form_of_the_type_is_the_same_kind_of_event(prefix: str) -> None:
    event = parse_event(object_event(type=f"{prefix}ObjectEvent"))
    assert isinstance(event, ObjectEvent)
    assert event.type == "ObjectEvent"

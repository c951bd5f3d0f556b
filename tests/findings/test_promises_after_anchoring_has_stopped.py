"""A log that was closed on chain went on capturing: each promise it gave was one that nobody could keep any more."""

from __future__ import annotations

import pytest

from ledger.errors import ContinuityError
from ledger.service.capture import CaptureService
from ledger.service.closed_log import Standing
from tests.unit.service.desk import envelope_of, event_numbered, open_desk


def test_nothing_is_promised_that_cannot_be_anchored() -> None:
    with open_desk() as desk:
        refusal: str | None = None
        desk.service = CaptureService(
            desk.store, desk.sequencer, desk.registry, desk.terms, desk.promises, desk.clock, desk.custodian,
            Standing(sealed=lambda: refusal),
        )  # fmt: skip
        body = envelope_of(desk.world.record(event_numbered(1)))
        refusal = "anchoring has stopped: LogIsClosed"
        with pytest.raises(ContinuityError, match="LogIsClosed"):
            desk.capture(body)
        assert desk.store.record_count() == 0
        refusal = None
        assert desk.capture(body).success

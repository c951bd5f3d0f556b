"""A 503 said "could not be done now" twice, and not that the signer was locked: what to do next was lost on the way."""

from __future__ import annotations

import json

from ledger.cli.client import _refusal
from ledger.errors import NoAnswerError


def test_the_reason_of_an_outage_is_told() -> None:
    problem = {"title": "Could not be done now", "status": 503, "detail": "the signer is locked: unlock it"}
    error = _refusal(503, json.dumps(problem).encode())
    assert isinstance(error, NoAnswerError)
    assert str(error) == "the signer is locked: unlock it"


def test_without_a_reason_the_title_is_told() -> None:
    assert str(_refusal(503, b'{"title": "Could not be done now"}')) == "Could not be done now"
    assert "502" in str(_refusal(502, b"<html>"))

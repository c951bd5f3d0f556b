"""A service, or a proxy before it, that asks to be asked less read as "refused as it was asked" (exit 2)."""

from __future__ import annotations

import pytest

from ledger.cli.client import Client
from ledger.errors import NoAnswerError
from tests.adapters.proxy import Answer, Proxy, instead


@pytest.mark.parametrize("status", [408, 425, 429])
@pytest.mark.parametrize("body", [b"{}", b'{"title":"Too many requests","status":429}', b"<html>", b""])
def test_it_could_not_be_done_now(status: int, body: bytes) -> None:
    with Proxy("http://127.0.0.1:9") as service:
        service.fault = instead(Answer(status, body, {"Retry-After": "7"}))
        with pytest.raises(NoAnswerError):
            Client(service.url).get("/log")

"""What anybody on the way answered was written down as the receipt, with exit code 0: a page, half of it, another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.cli import main
from ledger.domain.receipt import dump_receipt
from tests.adapters.proxy import Answer, Proxy, instead
from tests.builders import World, object_event

WORLD = World.with_maker()
ASKED, OTHER = WORLD.record(), WORLD.record(object_event(eventID=None))
WORLD.anchor()
RECEIPT = dump_receipt(WORLD.receipt(ASKED))
DIGEST = "0x" + ASKED.statement.event_digest.hex()
ANSWERS = {
    "a page": b"<html>",
    "half a receipt": RECEIPT[: len(RECEIPT) // 2],
    "nothing": b"",
    "the receipt of another event": dump_receipt(WORLD.receipt(OTHER)),
}


def fetched(answer: bytes, output: Path) -> int:
    with Proxy("http://127.0.0.1:9") as service:
        service.fault = instead(Answer(200, answer))
        return main(["receipt", DIGEST, "--url", service.url, "-o", str(output)])


@pytest.mark.parametrize("answer", ANSWERS)
def test_is_not_written(answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetched(ANSWERS[answer], tmp_path / "receipt.json") == 3
    assert "could not be done now" in capsys.readouterr().err
    assert not (tmp_path / "receipt.json").exists()


def test_a_receipt_is_written_as_it_came(tmp_path: Path) -> None:
    assert fetched(RECEIPT, tmp_path / "receipt.json") == 0
    assert (tmp_path / "receipt.json").read_bytes() == RECEIPT


def test_so_is_one_of_a_later_format(tmp_path: Path) -> None:
    later = RECEIPT.replace(b"tradeledger-receipt/1", b"tradeledger-receipt/2")
    assert fetched(later, tmp_path / "receipt.json") == 0

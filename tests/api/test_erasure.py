"""An erased event over HTTP is gone, with date and basis; its evidence stays. The operator acts beside the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ledger.cli import main
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.service.trust import export_trust_root
from tests.api.house import House

BASIS = "GDPR Art. 17(1)(a)"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: the audit is of all that is in it."""
    house = House(tmp_path_factory.mktemp("erasure") / "home")
    yield house
    house.close()


@pytest.fixture(scope="module")
def erased(house: House) -> dict[str, Any]:
    """The result of an event that was erased by command, with the receipt given out before."""
    result = house.logged()
    house.wait_until_final(result["leafIndex"])
    before = house.ask("GET", f"/receipts/{result['eventDigest']}?view=whole", by="maker")
    assert main(["log", "erase", result["eventID"], "--basis", BASIS, "--home", house.config.home]) == 0
    return {**result, "receipt": before.body}


@pytest.mark.parametrize("query", ["", "?view=public", "?view=whole", "?show=epcList", "?view=bare&show=epcList"])
def test_a_receipt_that_shows_values_is_gone(house: House, erased: dict[str, Any], query: str) -> None:
    reply = house.ask("GET", f"/receipts/{erased['eventDigest']}{query}", by="maker")
    assert (reply.status, reply.json()["type"]) == (410, "tradeledger:erased")
    assert reply.json()["found"].startswith("one erased on 20")
    assert reply.json()["found"].endswith(f", basis {BASIS}")


def test_the_event_itself_is_gone_for_its_party_and_was_never_there_for_others(
    house: House, erased: dict[str, Any]
) -> None:
    path = f"/events/{quote(erased['eventID'], safe='')}"
    assert house.ask("GET", path, by="maker").status == 410
    assert house.ask("GET", path, by="rival").status == 404


def test_what_is_left_still_verifies_and_so_does_a_receipt_given_out_before(
    house: House, erased: dict[str, Any]
) -> None:
    root = export_trust_root(house.service.chain.chain, [house.service.terms.log_id], house.service.clock())
    bare = house.ask("GET", f"/receipts/{erased['eventDigest']}?view=bare").body
    for receipt in (bare, erased["receipt"]):
        assert verify_receipt(receipt, root, house.service.clock()).outcome is Outcome.VERIFIED


def test_the_same_event_handed_in_again_is_still_logged_once(house: House, erased: dict[str, Any]) -> None:
    again = house.envelope(eventID=erased["eventID"])
    assert house.ask("POST", "/events", again, by="maker").status == 409


@pytest.mark.parametrize("name", ["urn:uuid:never", "99999999", "9" * 5_000])
def test_an_event_that_is_not_there_cannot_be_erased(
    house: House, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "erase", name, "--basis", BASIS, "--home", house.config.home]) == 2
    assert "refused" in capsys.readouterr().err


def test_an_event_is_erased_once(house: House, erased: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "erase", str(erased["leafIndex"]), "--basis", "again", "--home", house.config.home]) == 2
    assert f"basis {BASIS}" in capsys.readouterr().err


def test_the_audit_of_a_running_service_tells_the_erasure(
    house: House, erased: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = export_trust_root(house.service.chain.chain, [house.service.terms.log_id], house.service.clock())
    (tmp_path / "root.json").write_bytes(dump_trust_root(root))
    words = ["--trust-root", str(tmp_path / "root.json"), "--jobs", "1", "--home", house.config.home]
    assert main(["log", "audit", *words, "--resume", str(tmp_path / "state.json")]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Everything that is stored matches.\n")
    assert "Development chain" in text
    assert f"index {erased['leafIndex']}: erased on" in text
    assert main(["log", "audit", *words, "--resume", str(tmp_path / "state.json"), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["format"], report["outcome"]) == ("tradeledger-audit/1", "verified")
    assert main(["log", "audit", *words, "--format", "jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["type"] for line in lines] == ["erased", "report"]
    assert main(["log", "audit", "--trust-root", str(tmp_path / "state.json"), "--home", house.config.home]) == 3

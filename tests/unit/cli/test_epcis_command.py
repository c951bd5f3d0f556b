"""``tradeledger epcis``: hashes in document order, and everything that is wrong at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.cli import main
from ledger.epcis.event_hash import event_hash
from ledger.types import JsonObject
from tests.builders import CONTEXT, object_event

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "epcis-event-hash"


def write(place: Path, value: object) -> str:
    path = place / "file.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def document(*events: JsonObject) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-21T14:10:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def test_hashes_stand_one_on_a_line_in_document_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [object_event(eventID=f"urn:uuid:0000000{number}-0000-4000-8000-000000000000") for number in (3, 1, 2)]
    assert main(["epcis", "hash", write(tmp_path, document(*events))]) == 0
    assert capsys.readouterr().out.splitlines() == [event_hash(event) for event in events]


def test_json_names_the_rules_and_the_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, document(object_event()))
    assert main(["epcis", "hash", file, "--cbv", "2.1", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["events"][0]["pointer"] == "/epcisBody/eventList/0"
    assert "2.1" in printed["ruleSet"]


def test_a_document_without_events_has_no_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["epcis", "hash", write(tmp_path, document())]) == 0
    assert capsys.readouterr().out == ""


def test_a_good_event_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["epcis", "check", write(tmp_path, object_event())]) == 0
    assert capsys.readouterr().out == "accepted\n"


def test_every_problem_is_printed_and_the_code_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(
        tmp_path, document(object_event(action="NEVER", eventTime="yesterday"), object_event(bizStep="dreaming"))
    )
    assert main(["epcis", "check", file, "--format", "json"]) == 1
    pointers = {problem["pointer"] for problem in json.loads(capsys.readouterr().out)["problems"]}
    events = "/epcisBody/eventList"
    assert {f"{events}/0/action", f"{events}/0/eventTime", f"{events}/1/bizStep"} <= pointers


def test_lenient_admits_and_lists_what_circulates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, object_event(bizStep="dreaming"))
    assert [main(["epcis", "check", file]), main(["epcis", "check", file, "--lenient"])] == [1, 0]
    assert "admitted" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", ["", "{", "7", '"x"', "[" * 100_000, '{"type": "EPCISDocument"}', '{"a": 1, "a": 2}']
)
@pytest.mark.parametrize("action", ["hash", "check"])
def test_what_is_no_epcis_is_refused(
    tmp_path: Path, action: str, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.json").write_text(content, encoding="utf-8")
    assert main(["epcis", action, str(tmp_path / "file.json")]) == 2
    assert capsys.readouterr().err.startswith("tradeledger: refused: ")


def test_what_a_terminal_could_act_on_is_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["epcis", "check", write(tmp_path, object_event(**{"\x1b[2J": 1}))])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.skipif(not VECTORS.is_dir(), reason="no ../shared/vectors/epcis-event-hash beside the checkout")
def test_the_published_documents_hash_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    expected = json.loads((VECTORS / "expected.json").read_text("utf-8"))
    for case in expected["vectors"]:
        assert main(["epcis", "hash", str(VECTORS / case["document"]), "--cbv", expected["cbv"]]) == 0
        assert capsys.readouterr().out.splitlines() == case["hashes"]

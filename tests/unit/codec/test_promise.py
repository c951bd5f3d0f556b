"""The promise against the published vectors: five lines, one spelling, in a note that the log signs."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.note import open_note, parse_verifier_key
from ledger.codec.promise import Promise, format_promise, parse_promise
from ledger.errors import MalformedError
from ledger.types import Hash32, LogId, UnixTime

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "promise.json").read_text(encoding="utf-8"))

PROMISE = Promise("log.example.org", LogId(b"\x01" * 32), 17, Hash32(b"\x02" * 32), UnixTime(1795338000))

uint64s = st.integers(0, 2**64 - 1)
words = st.binary(min_size=32, max_size=32)
origins = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("case", VECTORS["promises"], ids=lambda case: case["name"])
def test_published_promise(case: dict[str, Any]) -> None:
    promise = Promise(
        origin=case["origin"],
        log_id=LogId(bytes.fromhex(case["logId"][2:])),
        leaf_index=int(case["leafIndex"]),
        record=Hash32(b64decode(case["record"])),
        deadline=UnixTime(int(case["deadline"])),
    )
    assert parse_promise(case["text"]) == promise
    assert format_promise(promise) == case["text"]


@pytest.mark.parametrize("case", VECTORS["badPromises"], ids=lambda case: case["name"])
def test_published_faulty_promise_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        parse_promise(case["text"])


def test_published_note_makes_the_first_promise() -> None:
    note = open_note(VECTORS["note"].encode(), [parse_verifier_key(VECTORS["verifierKey"])])
    assert note.text == VECTORS["promises"][0]["text"]


@given(origins, words, uint64s, words, uint64s)
def test_format_and_parse_undo_each_other(origin: str, log_id: bytes, index: int, record: bytes, deadline: int) -> None:
    promise = Promise(origin, LogId(log_id), index, Hash32(record), UnixTime(deadline))
    assert parse_promise(format_promise(promise)) == promise


@given(st.text() | st.lists(st.text("0x/promise\n", max_size=9), max_size=6).map("\n".join))
def test_any_text_is_a_promise_or_malformed(text: str) -> None:
    try:
        promise = parse_promise(text)
    except MalformedError:
        return
    assert format_promise(promise) == text


def test_a_promise_never_passes_for_a_checkpoint() -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(format_promise(PROMISE))


@pytest.mark.parametrize(
    "change",
    [
        {"origin": ""},
        {"origin": "a\nb"},
        {"log_id": bytes(31)},
        {"leaf_index": -1},
        {"leaf_index": 2**64},
        {"record": bytes(33)},
        {"deadline": -1},
        {"deadline": 2**64},
    ],
    ids=str,
)
def test_no_other_promise_can_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        replace(PROMISE, **change)

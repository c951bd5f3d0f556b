"""``tradeledger trace``: what is asked of the service, and how its answer is told."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ledger.cli import main
from ledger.domain.custody_checks import Context, examine
from ledger.domain.trace import EventIndex, trace
from ledger.domain.trace_report import trace_json
from ledger.types import UnixTime
from tests.examined import ITEM, NAMES, holder
from tests.traced import NOON, Story
from tests.unit.cli.test_client import Answer, server


def answered() -> dict[str, Any]:
    story = Story()
    story.see(0, "commissioning", ITEM, action="ADD", by="rival")
    graph = trace(ITEM, EventIndex(story.events))
    checks = examine(graph, Context(UnixTime(NOON), holder=holder, names=NAMES))
    unseen = {"withheld": 2, "erased": 0, "couldNotCheck": []}
    return {**trace_json(graph, checks, NAMES, UnixTime(NOON), "default/1"), **unseen}


def run(*words: str, answer: Any = None, status: int = 200) -> tuple[int, list[str]]:
    asked: list[str] = []

    def reply(request: BaseHTTPRequestHandler) -> Answer:
        asked.append(request.path)
        return status, {"Content-Type": "application/json"}, json.dumps(answer or answered()).encode()

    with server(reply) as url:
        return main(["trace", ITEM, "--url", url, *words]), asked


def test_it_asks_for_what_was_meant() -> None:
    code, asked = run("--direction", "from", "--recorded-by", "2026-11-22T08:00:00Z")
    assert code == 0
    parts = urlsplit(asked[0])
    assert parts.path == "/items/https%3A%2F%2Fid.gs1.org%2F01%2F04012345111224%2F21%2F7/trace"
    assert parse_qs(parts.query) == {"direction": ["from"], "recorded_by": ["2026-11-22T08:00:00Z"]}


def test_steps_and_questions_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run()[0] == 0
    out = capsys.readouterr().out
    assert "ObjectEvent ADD commissioning  by rival (manufacturer), #0" in out
    assert "2 more events of these items are not shown to you" in out
    assert "[question (high)] company-prefix/1: rival brought" in out


def test_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--lang", "zh-CN")[0] == 0
    assert "另有 2 个事件未向您展示" in capsys.readouterr().out


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json")[0] == 0
    assert json.loads(capsys.readouterr().out) == answered()


def test_a_date_that_is_none_is_refused_before_anybody_is_asked() -> None:
    assert run("--known-by", "yesterday") == (2, [])


@pytest.mark.parametrize(("answer", "status"), [({"format": "other/1"}, 200), ({"title": "away"}, 503)])
def test_no_answer_is_could_not_check(answer: Any, status: int) -> None:
    assert run(answer=answer, status=status)[0] == 3

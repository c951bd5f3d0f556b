"""Rough callers: mutated envelopes, any path and header, one request many times at once. Never a 500, never twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.house import House, some_event

ROUGH = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def template(house: House) -> dict[str, Any]:
    return house.envelope()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = deepcopy(value)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = new
    return changed


@ROUGH
@given(data=st.data())
def test_an_envelope_with_anything_anywhere_is_refused_and_no_more(
    house: House, template: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(template)))
    body = replaced(template, path, data.draw(JSON))
    for where in ("/events", "/capture"):
        assert house.ask("POST", where, body, by="maker").status < 500


@ROUGH
@given(body=st.binary(max_size=200))
def test_any_bytes_are_refused_and_no_more(house: House, body: bytes) -> None:
    assert house.ask("POST", "/capture", body, by="courier").status < 500


@ROUGH
@given(
    segments=st.lists(st.text(max_size=12), max_size=4),
    start=st.sampled_from(["", "/events", "/capture", "/receipts", "/log", "/log/tile"]),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "DELETE"]),
    query=st.text(max_size=12),
)
def test_any_path_has_an_answer(house: House, segments: list[str], start: str, method: str, query: str) -> None:
    path = start + "".join(f"/{quote(each, safe='', errors='replace')}" for each in segments)
    asked = f"{path or '/'}?{quote(query, errors='replace')}"
    assert house.ask(method, asked, by="maker").status < 500


@ROUGH
@given(
    name=st.sampled_from(
        ["Authorization", "Idempotency-Key", "Party-Role", "Validation-Mode", "Content-Type", "Accept"]
    ),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
)
def test_any_header_has_an_answer(house: House, name: str, value: str) -> None:
    assert house.ask("POST", "/capture", b"[]", by="courier", headers={name: value.strip()}).status < 500


def test_one_request_many_times_at_once_is_one_capture(house: House) -> None:
    body, before = [some_event(eventID=None) for _ in range(3)], house.service.store.record_count()
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    def ask(_: int) -> Any:
        return house.ask("POST", "/capture", body, by="courier", headers=headers)

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(ask, range(16)))
    assert {reply.status for reply in replies} == {202}
    jobs = [reply.json() for reply in replies]
    assert all(job["success"] for job in jobs)
    assert len({result["leafIndex"] for job in jobs for result in job["results"]}) == 3
    assert house.service.store.record_count() == before + 3

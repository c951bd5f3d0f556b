"""The doorkeeper in front of an application that is held up, and who counts as whom."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from api.admission import ALWAYS_ANSWERED, Admission
from api.auth import identify
from api.meters import Meters
from ledger.adapters.memory import MemoryStore
from ledger.types import UnixTime

NOW = UnixTime(1_790_000_000)


def scope(path: str = "/log", client: str = "192.0.2.1") -> dict[str, Any]:
    config = SimpleNamespace(requests_per_minute=3)
    service = SimpleNamespace(config=config, store=MemoryStore(), clock=lambda: NOW)
    app = SimpleNamespace(state=SimpleNamespace(service=service))
    return {"type": "http", "path": path, "method": "GET", "headers": [], "client": (client, 1), "app": app}


async def answer(admission: Admission, **of: Any) -> int:
    status = []

    async def send(message: Any) -> None:
        status.append(message.get("status"))

    await admission(scope(**of), lambda: asyncio.sleep(0), send)  # type: ignore[arg-type, return-value]
    return int(status[0])


def no_figures() -> Any:
    raise NotImplementedError


def test_more_requests_at_once_than_it_answers_are_could_not_and_the_next_is_answered() -> None:
    async def story() -> None:
        hold = asyncio.Event()

        async def held(_scope: Any, _receive: Any, send: Any) -> None:
            await hold.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        admission = Admission(held, Meters(no_figures), at_once=2)
        waiting = [asyncio.create_task(answer(admission, client=f"192.0.2.{n}")) for n in (1, 2)]
        await asyncio.sleep(0)
        assert await answer(admission, client="192.0.2.3") == 503
        hold.set()
        assert await asyncio.gather(*waiting) == [200, 200]
        assert await answer(admission, client="192.0.2.4") == 200

    asyncio.run(story())


def test_beyond_the_quota_is_429_for_this_address_alone_and_never_for_the_probe_of_life() -> None:
    async def story() -> None:
        async def fine(_scope: Any, _receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})

        meters = Meters(no_figures)
        admission = Admission(fine, meters)
        assert [await answer(admission) for _ in range(4)] == [200, 200, 200, 429]
        assert await answer(admission, client="192.0.2.9") == 200
        assert await answer(admission, path=ALWAYS_ANSWERED) == 200
        assert meters.rate_limited._value.get() == 1.0

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "address 192.0.2.1"),
        ("::ffff:192.0.2.1", "address 192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "address 2001:db8:1:2::/64"),
        ("", "address "),
        ("testclient", "address testclient"),
    ],
)
def test_an_address_counts_as_what_one_caller_is_given(address: str, name: str) -> None:
    assert identify("", address, MemoryStore(), NOW).name == name


def test_unknown_keys_count_as_their_address_so_that_guessing_them_is_slow() -> None:
    callers = [identify(f"Bearer tlk_{n}", "192.0.2.1", MemoryStore(), NOW) for n in range(3)]
    assert {caller.name for caller in callers} == {"address 192.0.2.1"}

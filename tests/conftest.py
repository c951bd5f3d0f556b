"""Shared by all tests: loopback only, a fixture that allows no socket at all, and Hypothesis without a wall clock."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address

import eth_account  # noqa: F401  # before anything else: a library of its own raises the recursion limit for the process
import hypothesis
import pytest

from ledger.adapters import recursion_limit

recursion_limit.restore()
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

_closed = False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what leaves this machine (PEP 578 audit events), and every socket while ``no_sockets`` is in use."""
    if not event.startswith("socket."):
        return
    if _closed and event in {"socket.__new__", "socket.getaddrinfo"}:
        raise AssertionError(f"{event} where no socket may be opened")
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise AssertionError(f"{event} {address}: tests use loopback only")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(_guard)


@pytest.fixture
def no_sockets() -> Iterator[None]:
    """Allow no socket while the test runs."""
    global _closed  # noqa: PLW0603  # the hook cannot be removed, so it asks
    _closed = True
    yield
    _closed = False

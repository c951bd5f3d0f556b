"""The log's static paths are the files themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.note import open_note
from tests.api.house import House, wait_until


@pytest.fixture(scope="module")
def folder(house: House) -> Path:
    """The folder of a log with something in it, all of it published."""
    house.wait_until_final(house.logged()["leafIndex"])
    return house.service.home.log


def test_every_file_of_the_log_is_served_byte_for_byte(house: House, folder: Path) -> None:
    files = [path for path in (folder / "tile").rglob("*") if path.is_file()]
    assert files
    for file in files:
        reply = house.ask("GET", f"/log/{file.relative_to(folder)}")
        assert (reply.status, reply.body) == (200, file.read_bytes())
        assert reply.headers["content-type"] == "application/octet-stream"
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_checkpoint_is_the_file_and_is_asked_for_anew(house: House, folder: Path) -> None:
    reply = house.ask("GET", "/log/checkpoint")
    assert reply.body == (folder / "checkpoint").read_bytes()
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"
    open_note(reply.body, [house.service.log_key])


@pytest.mark.usefixtures("folder")
def test_a_narrower_partial_tile_is_the_beginning_of_the_wider(house: House) -> None:
    size = parse_checkpoint(open_note(house.ask("GET", "/log/checkpoint").body, [house.service.log_key]).text).tree_size
    wider = house.ask("GET", f"/log/tile/0/000.p/{size}").body
    assert wider.startswith(house.ask("GET", "/log/tile/0/000.p/1").body)
    entries = house.ask("GET", "/log/tile/entries/000.p/1").body
    assert entries == b"\x00\x20" + house.service.store.records(0, 1)[0]


@pytest.mark.parametrize(
    "path",
    ["0/001", "0/000.p/0", "0/000.p/256", "0/000.p/255", "64/000", "0/00", "0/x000/000", "0/000/", "0/000.p/01",
     "entries/999", "-1/000", "0/%2e%2e/%2e%2e/ledger.db", "../ledger.db", "", "0/%D9%A0%D9%A0%D9%A0", "0/000%00"],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_no_other_path_is_a_tile(house: House, path: str) -> None:
    reply = house.ask("GET", f"/log/tile/{path}")
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")


def test_the_parameters_are_what_a_statement_names(house: House) -> None:
    parameters = house.ask("GET", "/log").json()
    assert parameters["origin"] == house.config.origin
    assert parameters["logId"] == "0x" + house.service.terms.log_id.hex()
    assert parameters["verifierKey"].startswith(f"{house.config.origin}+")


def test_health_follows_the_log(house: House) -> None:
    leaf_index = house.logged()["leafIndex"]
    wait_until(lambda: house.ask("GET", "/health").json()["records"]["final"] > leaf_index)
    assert house.ask("GET", "/health/live").json() == {"status": "live"}
    assert (house.ask("GET", "/health/ready").status, house.ask("GET", "/health").json()["status"]) == (200, "ok")

"""Receipts over HTTP: who may see which, and that they verify without the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.service.trust import export_trust_root
from tests.api.house import House


@pytest.fixture(scope="module")
def final(house: House) -> Mapping[str, Any]:
    """The result of an event of the maker's that is final."""
    result = house.logged()
    house.wait_until_final(result["leafIndex"])
    return result


def path(result: Mapping[str, Any], query: str = "") -> str:
    return f"/receipts/{result['eventDigest']}{query}"


@pytest.mark.parametrize("view", ["whole", "public", "bare"])
def test_every_view_verifies_without_the_service(house: House, final: Mapping[str, Any], view: str) -> None:
    reply = house.ask("GET", path(final, f"?view={view}"), by="maker")
    root = export_trust_root(house.service.chain.chain, [house.service.terms.log_id], house.service.clock())
    assert verify_receipt(reply.body, root, house.service.clock()).outcome is Outcome.VERIFIED


def test_the_public_view_is_the_default_and_needs_no_key(house: House, final: Mapping[str, Any]) -> None:
    receipt = house.ask("GET", path(final)).json()
    assert "example:price" not in receipt["view"]["members"]
    assert "epcList" in receipt["view"]["members"]
    assert "event" not in receipt
    assert "seed" not in receipt


def test_a_bare_receipt_has_no_value_of_the_event(house: House, final: Mapping[str, Any]) -> None:
    assert not {"event", "seed", "view"} & house.ask("GET", path(final, "?view=bare")).json().keys()


def test_the_whole_receipt_is_for_the_party_that_signed(house: House, final: Mapping[str, Any]) -> None:
    asked = path(final, "?view=whole")
    assert house.ask("GET", asked, by="maker").json()["event"]["example:price"] == 19.5
    assert [house.ask("GET", asked, by="rival").status, house.ask("GET", asked).status] == [403, 401]


def test_a_view_of_ones_own_making_is_for_the_party_that_signed(house: House, final: Mapping[str, Any]) -> None:
    asked = path(final, "?show=example:price&show=epcList")
    assert {"example:price", "epcList"} < house.ask("GET", asked, by="maker").json()["view"]["members"].keys()
    assert [house.ask("GET", asked, by="rival").status, house.ask("GET", asked).status] == [403, 401]


def test_showing_a_member_that_is_not_there_is_refused(house: House, final: Mapping[str, Any]) -> None:
    assert house.ask("GET", path(final, "?show=price"), by="maker").status == 400


@pytest.mark.parametrize("digest", ["0x", "abc", "0x" + "A" * 64, "0x" + "a" * 63, "%00", "0x%20" + "a" * 62])
def test_a_digest_has_one_spelling(house: House, digest: str) -> None:
    assert house.ask("GET", f"/receipts/{digest}").status == 400


def test_an_unknown_digest_and_an_unknown_view_are_refused(house: House, final: Mapping[str, Any]) -> None:
    assert house.ask("GET", "/receipts/0x" + "a" * 64).status == 404
    assert house.ask("GET", path(final, "?view=secret")).status == 400


def test_a_receipt_is_not_kept_by_caches(house: House, final: Mapping[str, Any]) -> None:
    assert house.ask("GET", path(final, "?view=whole"), by="maker").headers["cache-control"] == "no-store"

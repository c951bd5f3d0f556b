"""Reading role views: every published fault is refused as what it is, and only what is wholly shown counts as shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ledger.codec.disclosure import digest_of_view, event_digest, role_view, shown_event
from ledger.codec.partial_tree import hidden_hashes, root_from_shown, root_hash
from ledger.errors import DisclosureError, MalformedError
from ledger.types import Hash32, JsonObject, Seed
from tests import disclosure_oracle, oracle

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "disclosure.json").read_text(encoding="utf-8"))

SEED = Seed(bytes(range(32)))
ENTRIES = [b"entry %d" % index for index in range(40)]
LEAVES = [Hash32(oracle.leaf(entry)) for entry in ENTRIES]


def of_verdict(verdict: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in VECTORS["badViews"] if case["verdict"] == verdict]


@pytest.mark.parametrize("case", of_verdict("form"))
def test_published_view_of_the_wrong_form(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        digest_of_view(case["view"])


@pytest.mark.parametrize("case", of_verdict("rule"))
def test_published_view_that_breaks_a_rule(case: dict[str, Any]) -> None:
    with pytest.raises(DisclosureError):
        digest_of_view(case["view"])


@pytest.mark.parametrize("case", of_verdict("digest"))
def test_published_view_under_another_digest(case: dict[str, Any]) -> None:
    assert "0x" + digest_of_view(case["view"]).hex() != case["eventDigest"]


def test_every_published_fault_has_a_verdict() -> None:
    assert sum(len(of_verdict(verdict)) for verdict in ("form", "rule", "digest")) == len(VECTORS["badViews"])


def test_the_signer_cannot_sign_a_name_twice() -> None:
    """A signer who leaves the rules can sign such a digest; no view of it is taken."""
    salts = [disclosure_oracle.salt(SEED, i) for i in range(3)]
    view: JsonObject = {
        "manifest": {"salt": salts[0], "names": ["ex:a", "ex:a"]},
        "members": {"ex:a": {"salt": salts[1], "value": 1}},
        "hidden": [],
    }
    with pytest.raises(DisclosureError):
        digest_of_view(view)


@pytest.mark.parametrize("value", [None, True, 0, "", [], {}, [{}], {"manifest": None, "members": {}, "hidden": []}])
def test_other_json_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedError):
        digest_of_view(value)
    with pytest.raises(MalformedError):
        shown_event(value)


def test_a_table_of_which_a_part_is_shown_is_not_in_the_shown_event() -> None:
    event: JsonObject = {"epcList": ["urn:x:1", "urn:x:2"], "sourceList": []}
    both = {"epcList", "sourceList"}
    assert shown_event(role_view(event, SEED, both)) == event
    assert shown_event(role_view(event, SEED, both, {"epcList": {1}})) == {"sourceList": []}
    assert shown_event(role_view(event, SEED, both, {"epcList": frozenset()})) == {"sourceList": []}


def test_elements_come_in_the_order_of_their_indexes() -> None:
    event: JsonObject = {"epcList": [f"urn:x:{serial}" for serial in range(12)]}
    view: Any = role_view(event, SEED, {"epcList"})
    table = view["members"]["epcList"]
    table["elements"] = dict(sorted(table["elements"].items()))  # as text: 0, 1, 10, 11, 2
    assert digest_of_view(view) == event_digest(event, SEED)
    assert shown_event(view) == event


def test_one_of_a_hundred_thousand_is_shown_by_seventeen_hashes() -> None:
    event: JsonObject = {"epcList": [f"urn:x:{serial}" for serial in range(100_000)]}
    view: Any = role_view(event, SEED, {"epcList"}, {"epcList": {4711}})
    assert len(view["members"]["epcList"]["hidden"]) == 17
    assert digest_of_view(view) == event_digest(event, SEED)


@pytest.mark.parametrize("size", range(40))
def test_root_is_that_of_the_rfc(size: int) -> None:
    assert root_hash(LEAVES[:size]) == oracle.root(ENTRIES[:size])


def subsets(size: int) -> list[Sequence[int]]:
    return [subset for count in range(size + 1) for subset in combinations(range(size), count)]


@pytest.mark.parametrize("size", range(1, 10))
def test_every_subset_of_every_small_tree_leads_to_the_root(size: int) -> None:
    for shown in subsets(size):
        hidden = hidden_hashes(LEAVES[:size], shown)
        found = root_from_shown(size, {index: LEAVES[index] for index in shown}, hidden, "/hidden")
        by_the_specification = disclosure_oracle.root_of_view(0, size, {i: ENTRIES[i] for i in shown}, [*hidden])
        assert found == by_the_specification == oracle.root(ENTRIES[:size])


@pytest.mark.parametrize("size", range(1, 9))
def test_every_hidden_hash_missing_left_over_or_changed_is_found(size: int) -> None:
    other = Hash32(sha256(b"another").digest())
    for indexes in subsets(size):
        hidden = hidden_hashes(LEAVES[:size], indexes)
        shown = {index: LEAVES[index] for index in indexes}
        for at in range(len(hidden)):
            with pytest.raises(DisclosureError, match="missing"):
                root_from_shown(size, shown, hidden[:at] + hidden[at + 1 :], "/hidden")
            changed = [*hidden[:at], other, *hidden[at + 1 :]]
            assert root_from_shown(size, shown, changed, "/hidden") != oracle.root(ENTRIES[:size])
        with pytest.raises(DisclosureError, match="left over"):
            root_from_shown(size, shown, [*hidden, other], "/hidden")

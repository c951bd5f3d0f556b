"""The cases of tests/vectors/disclosure.json: events with their digests and views, and one faulty view per fault.

Digests come from `tests.disclosure_oracle`, never from the code under test; views from `role_view`, each judged here
by that same oracle before it is written.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from typing import Any

from ledger.codec.disclosure import MUST_SHOW, role_view
from ledger.types import Seed
from scripts.codec_vectors.case import Case, hexadecimal
from scripts.codec_vectors.disclosure_faults import DIGEST_FAULTS, FORM_FAULTS, RULE_FAULTS, Spoil, exchange, set_at
from tests import disclosure_oracle, oracle

ABOUT = (
    "Event digests and role views, docs/spec.md §3. Seeds and digests are hex; shown and elements are what the view "
    "was asked for, event what it shows of the event (a table only when all of it is shown). Of the faulty views "
    "verdict form means malformed, rule that a rule of §3.1 is broken, digest that the view has another digest than "
    "eventDigest."
)

CONTEXT: list[Any] = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://example.org/epcis/"},
]
SEED = Seed(sha256(b"seed").digest())

SHIPPING: Case = {
    "@context": [*CONTEXT],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:5f8f1b1e-0f7a-4c39-8d6d-0d6ed1c3a001",
    "eventTime": "2026-11-22T08:00:00.000Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "epcList": [f"https://id.gs1.org/01/09506000134352/21/{serial}" for serial in range(5)],
    "readPoint": {"id": "https://id.gs1.org/414/9506000134352"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000134352:1234"}],
    "sourceList": [],
    "ex:price": 12.5,
}
DECLARATION: Case = {
    **SHIPPING,
    "errorDeclaration": {"declarationTime": "2026-11-23T08:00:00.000Z", "reason": "incorrect_data"},
}
SMALL: Case = {"eventID": "urn:uuid:5f8f1b1e-0f7a-4c39-8d6d-0d6ed1c3a002", "ex:a": 1, "ex:b": "1"}
FOUR: Case = {"epcList": [f"urn:epc:id:sgtin:9506000.013435.{serial}" for serial in range(4)]}
ORDERED: Case = {"\U0001f600": "a pair of surrogates comes first", "\ue000": "then a higher code unit", "a/~b": 0}
HASHED: Case = {**SMALL, "eventID": "ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0"}
VALUES: Case = {
    "ex:list": [1, [], {}, None, True, 0.1, '\u0000\u001f"\\\u007f\u20ac'],
    "ex:object": {"count": 1, "root": "00"},
}


def view_case(name: str, event: Case, *shown: str, **elements: list[int]) -> Case:
    """Return a view as asked for, once the oracle finds the event's digest in it."""
    view = role_view(event, SEED, set(shown), {table: set(indexes) for table, indexes in elements.items()})
    if disclosure_oracle.digest_of_view(view) != disclosure_oracle.event_digest(event, SEED):
        raise AssertionError(f"the oracle finds another digest in the view {name}")
    partial = {table for table, indexes in elements.items() if len(indexes) < len(event[table])}
    visible = {name: value for name, value in event.items() if name in MUST_SHOW.union(shown) - partial}
    return {"name": name, "shown": [*shown], "elements": elements, "view": view, "event": visible}


def event_case(name: str, event: Case, *views: Case) -> Case:
    """Return an event with its digest and views."""
    digest = hexadecimal(disclosure_oracle.event_digest(event, SEED))
    return {"name": name, "seed": hexadecimal(SEED), "event": event, "eventDigest": digest, "views": [*views]}


def good_events() -> Iterator[Case]:
    """Yield the events that have digests, with the views that they have."""
    yield event_case(
        "object-event",
        SHIPPING,
        view_case("only-what-must-be-shown", SHIPPING),
        view_case("everything", SHIPPING, *SHIPPING),
        view_case("everything-but-the-price", SHIPPING, *(name for name in SHIPPING if name != "ex:price")),
        view_case("one-of-five", SHIPPING, "epcList", epcList=[3]),
        view_case("two-of-five", SHIPPING, "epcList", epcList=[0, 4]),
        view_case("five-of-five", SHIPPING, "epcList", epcList=[0, 1, 2, 3, 4]),
        view_case("the-count-alone", SHIPPING, "epcList", epcList=[]),
        view_case("an-empty-table", SHIPPING, "sourceList"),
    )
    yield event_case("error-declaration", DECLARATION, view_case("only-what-must-be-shown", DECLARATION))
    yield event_case("no-members", {}, view_case("the-manifest", {}))
    yield event_case("names-beyond-16-bits", ORDERED, view_case("one", ORDERED, "\ue000"))
    yield event_case("values-of-every-kind", VALUES, view_case("all", VALUES, *VALUES))
    yield event_case("hash-as-event-id", HASHED)


def bad_events() -> Iterator[Case]:
    """Yield the events that have no digest."""
    for kind, value in {"string": "urn:x:1", "object": {"count": 0, "root": ""}, "null": None}.items():
        yield {"name": f"table-is-{kind}", "pointer": "/epcList", "event": {**SMALL, "epcList": value}}


def bad_views() -> Iterator[Case]:
    """Yield one view per fault, each made from a good one."""
    for verdict, base, faults in (
        ("form", shipping_view(), FORM_FAULTS),
        ("rule", shipping_view(), RULE_FAULTS),
        ("digest", shipping_view(), DIGEST_FAULTS),
    ):
        for name, spoil in faults.items():
            yield spoilt(name, verdict, SHIPPING, deepcopy(base), spoil)
    for name in sorted(MUST_SHOW):
        view = role_view(DECLARATION, SEED, set(DECLARATION))
        yield spoilt(f"hidden-{name.strip('@')}", "rule", DECLARATION, view, hide_shown(name))
    yield spoilt(
        "names-by-code-point",
        "rule",
        ORDERED,
        role_view(ORDERED, SEED, set(ORDERED)),
        exchange(("manifest", "names", 1), ("manifest", "names", 2)),
    )
    yield spoilt("hash-as-event-id", "rule", HASHED, view_of_hashed(), lambda _: None)
    yield spoilt("table-inner-node-as-element", "digest", FOUR, four_view(), set_at("members", "epcList", "count", 3))
    yield inner_node_as_leaf()


def shipping_view() -> Case:
    """Return the view that most faults are made from: it hides members, and elements 0, 2 and 4 of five."""
    return role_view(SHIPPING, SEED, {"epcList", "bizTransactionList", "sourceList", "ex:price"}, {"epcList": {1, 3}})


def four_view() -> Case:
    """Return a view whose table hides element 1, and 2 and 3 under one hash."""
    return role_view(FOUR, SEED, {"epcList"}, {"epcList": {0}})


def view_of_hashed() -> Case:
    """Return the view that would be of an event whose id is a hash of it."""
    names = disclosure_oracle.names_of(HASHED)
    members: Case = {
        name: {"salt": disclosure_oracle.salt(SEED, i), "value": HASHED[name]} for i, name in enumerate(names, 1)
    }
    return {"manifest": {"salt": disclosure_oracle.salt(SEED, 0), "names": [*names]}, "members": members, "hidden": []}


def inner_node_as_leaf() -> Case:
    """Return a digest signed over four leaves, and a view of three whose last is the node above two of the four."""
    names = ["eventID", "ex:a"]
    salts = [disclosure_oracle.salt(SEED, i) for i in range(2)]
    event_id = disclosure_oracle.leaf(SEED, 1, "eventID", SMALL["eventID"])
    left = oracle.node(oracle.leaf(f'["{salts[0]}",["eventID","ex:a"]]'.encode()), oracle.leaf(event_id))
    inner = oracle.node(oracle.leaf(b"a"), oracle.leaf(b"b"))
    return {
        "name": "inner-node-as-leaf",
        "verdict": "digest",
        "eventDigest": hexadecimal(disclosure_oracle.digest_of_root(4, oracle.node(left, inner))),
        "view": {
            "manifest": {"salt": salts[0], "names": names},
            "members": {"eventID": {"salt": salts[1], "value": SMALL["eventID"]}},
            "hidden": [b64encode(inner).decode()],
        },
    }


def spoilt(name: str, verdict: str, event: Case, view: Case, spoil: Spoil) -> Case:
    """Return the case of one fault: ``view`` after ``spoil``."""
    spoil(view)
    digest = hexadecimal(disclosure_oracle.event_digest(event, SEED))
    return {"name": name, "verdict": verdict, "eventDigest": digest, "view": view}


def hide_shown(name: str) -> Spoil:
    """Return the fault that hides one member of a view that shows all, by the right hash."""

    def spoil(view: Any) -> None:
        i = view["manifest"]["names"].index(name) + 1
        leaf = disclosure_oracle.leaf(SEED, i, name, DECLARATION[name])
        del view["members"][name]
        view["hidden"] = [b64encode(oracle.leaf(leaf)).decode()]

    return spoil


def vectors() -> Case:
    """Return the content of the file."""
    return {
        "format": "tradeledger-vectors/disclosure/1",
        "about": ABOUT,
        "events": [*good_events()],
        "badEvents": [*bad_events()],
        "badViews": [*bad_views()],
    }

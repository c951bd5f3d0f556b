"""The faults of role views: each a function that spoils a good view, by name and by the verdict it must lead to.

They are made for the view `disclosure.shipping_view`, which hides members, and elements 0, 2 and 4 of the five
of epcList.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeAlias

from ledger.codec.event_leaves import MAX_ELEMENTS, MAX_MEMBERS

Spoil: TypeAlias = Callable[[Any], None]
"""Changes a view in place."""

OTHER_HASH = b64encode(sha256(b"another").digest()).decode()


def place(view: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at ``path``."""
    for step in path:
        view = view[step]
    return view


def set_at(*path_and_value: Any) -> Spoil:
    """Return the fault that puts the last argument at the path before it."""
    *path, last, value = path_and_value

    def spoil(view: Any) -> None:
        place(view, tuple(path))[last] = value

    return spoil


def remove(*path: Any) -> Spoil:
    """Return the fault that removes what stands at ``path``."""

    def spoil(view: Any) -> None:
        del place(view, path[:-1])[path[-1]]

    return spoil


def move(*path: Any, to: Any) -> Spoil:
    """Return the fault that puts what stands at ``path`` beside itself, under another name."""

    def spoil(view: Any) -> None:
        beside = place(view, path[:-1])
        beside[to] = beside.pop(path[-1])

    return spoil


def add(*path: Any) -> Spoil:
    """Return the fault that adds a hash to the list at ``path``."""
    return lambda view: place(view, path).append(OTHER_HASH)


def exchange(first: tuple[Any, ...], second: tuple[Any, ...]) -> Spoil:
    """Return the fault that exchanges what stands at two paths."""

    def spoil(view: Any) -> None:
        one, two = place(view, first[:-1]), place(view, second[:-1])
        one[first[-1]], two[second[-1]] = two[second[-1]], one[first[-1]]

    return spoil


EPCS = ("members", "epcList")
EPC_1, EPC_3 = (*EPCS, "elements", "1"), (*EPCS, "elements", "3")
ACTION, PRICE = ("members", "action"), ("members", "ex:price")
COMMITMENT = {"count": 5, "root": "0" * 64}

FORM_FAULTS: dict[str, Spoil] = {
    "extra-key-in-view": set_at("seed", "0x00"),
    "extra-key-in-manifest": set_at("manifest", "count", 13),
    "extra-key-in-member": set_at(*ACTION, "hidden", []),
    "extra-key-in-table": set_at(*EPCS, "value", []),
    "extra-key-in-element": set_at(*EPC_1, "index", 1),
    "missing-hidden": remove("hidden"),
    "missing-salt": remove(*ACTION, "salt"),
    "missing-value": remove(*ACTION, "value"),
    "missing-count": remove(*EPCS, "count"),
    "list-as-value": set_at(*EPCS, {"salt": "A" * 22, "value": ["https://id.gs1.org/01/09506000134352/21/0"]}),
    "list-commitment-as-value": set_at(*EPCS, {"salt": "A" * 22, "value": COMMITMENT}),
    "value-as-list": set_at(*ACTION, {"salt": "A" * 22, "count": 0, "elements": {}, "hidden": []}),
    "names-is-object": set_at("manifest", "names", {}),
    "name-is-number": set_at("manifest", "names", 0, 1),
    "names-too-many": set_at("manifest", "names", [f"{number:04}" for number in range(MAX_MEMBERS + 1)]),
    "members-is-array": set_at("members", []),
    "elements-is-array": set_at(*EPCS, "elements", []),
    "index-leading-zero": move(*EPC_1, to="01"),
    "index-plus-sign": move(*EPC_1, to="+1"),
    "index-negative": move(*EPC_1, to="-1"),
    "index-exponent": move(*EPC_1, to="1e0"),
    "index-space": move(*EPC_1, to=" 1"),
    "index-newline": move(*EPC_1, to="1\n"),
    "index-empty": move(*EPC_1, to=""),
    "index-arabic-indic-digit": move(*EPC_1, to="\u0661"),
    "count-negative": set_at(*EPCS, "count", -1),
    "count-is-string": set_at(*EPCS, "count", "5"),
    "count-is-true": set_at(*EPCS, "count", True),
    "count-fraction": set_at(*EPCS, "count", 5.5),
    "count-too-large": set_at(*EPCS, "count", MAX_ELEMENTS + 1),
    "salt-15-bytes": set_at(*ACTION, "salt", "A" * 20),
    "salt-17-bytes": set_at(*ACTION, "salt", "A" * 23),
    "salt-padded": set_at(*ACTION, "salt", "A" * 22 + "=="),
    "salt-stray-bits": set_at(*ACTION, "salt", "A" * 21 + "B"),
    "salt-of-the-other-alphabet": set_at(*ACTION, "salt", "+" * 21 + "A"),
    "salt-is-null": set_at(*ACTION, "salt", None),
    "hidden-hash-31-bytes": set_at("hidden", 0, b64encode(bytes(31)).decode()),
    "hidden-hash-33-bytes": set_at("hidden", 0, b64encode(bytes(33)).decode()),
    "hidden-hash-unpadded": set_at("hidden", 0, b64encode(bytes(32)).decode().rstrip("=")),
    "hidden-hash-stray-bits": set_at("hidden", 0, "A" * 42 + "B="),
    "hidden-hash-in-hex": set_at("hidden", 0, "0x" + "00" * 32),
    "hidden-hash-is-null": set_at("hidden", 0, None),
    "table-hidden-hash-31-bytes": set_at(*EPCS, "hidden", 0, b64encode(bytes(31)).decode()),
}

RULE_FAULTS: dict[str, Spoil] = {
    "name-twice": lambda view: view["manifest"]["names"].insert(1, view["manifest"]["names"][0]),
    "names-out-of-order": exchange(("manifest", "names", 3), ("manifest", "names", 4)),
    "member-not-named": set_at("members", "ex:unlisted", {"salt": "A" * 22, "value": 1}),
    "index-is-count": move(*EPC_1, to="5"),
    "index-beyond-every-table": move(*EPC_1, to="999999"),
    "hidden-hash-missing": remove("hidden", 0),
    "hidden-hash-left-over": add("hidden"),
    "table-hidden-hash-missing": remove(*EPCS, "hidden", 0),
    "table-hidden-hash-left-over": add(*EPCS, "hidden"),
    "whole-table-with-hidden-hash": add("members", "bizTransactionList", "hidden"),
    "empty-table-with-hidden-hash": add("members", "sourceList", "hidden"),
    "empty-table-for-one-of-five": set_at(*EPCS, "count", 0),
    "name-left-out": lambda view: view["manifest"]["names"].remove("disposition"),
}

DIGEST_FAULTS: dict[str, Spoil] = {
    "wrong-salt": set_at(*ACTION, "salt", "A" * 22),
    "wrong-salt-of-manifest": set_at("manifest", "salt", "A" * 22),
    "wrong-salt-of-table": set_at(*EPCS, "salt", "A" * 22),
    "wrong-salt-of-element": set_at(*EPC_1, "salt", "A" * 22),
    "salt-of-another-member": exchange((*ACTION, "salt"), (*PRICE, "salt")),
    "another-value": set_at(*ACTION, "value", "ADD"),
    "number-as-string": set_at(*PRICE, "value", "12.5"),
    "value-in-a-list": set_at(*PRICE, "value", [12.5]),
    "values-exchanged": exchange((*ACTION, "value"), ("members", "bizStep", "value")),
    "members-exchanged": exchange(ACTION, ("members", "bizStep")),
    "elements-exchanged": exchange(EPC_1, EPC_3),
    "element-of-another-index": move(*EPC_1, to="0"),
    "another-element": set_at(*EPC_1, "value", "https://id.gs1.org/01/09506000134352/21/9"),
    "table-count-plus-1": set_at(*EPCS, "count", 6),
    "empty-table-of-one": set_at(
        "members", "sourceList", {"salt": "A" * 22, "count": 1, "elements": {}, "hidden": [OTHER_HASH]}
    ),
    "hidden-hash-of-another": set_at("hidden", 0, OTHER_HASH),
    "hidden-hashes-exchanged": exchange(("hidden", 0), ("hidden", 1)),
    "table-hidden-hashes-exchanged": exchange((*EPCS, "hidden", 0), (*EPCS, "hidden", 1)),
    "shown-member-taken-out": remove(*PRICE),
    "hidden-member-renamed": lambda view: set_at(
        "manifest", "names", view["manifest"]["names"].index("disposition"), "dispositioN"
    )(view),
}

"""Receipts that are none, and receipts of another event, statement or signature: faults of checks 1 and 3 to 6."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger.domain.receipt import EvidenceOnly, RoleView, WholeEvent, dump_receipt
from ledger.types import JsonObject, Seed
from scripts.receipt_vectors.expected import ERROR, INVALID, Case
from scripts.receipt_vectors.sound import NOT_SHOWN, receipt
from scripts.receipt_vectors.story import Story
from tests.builders import hash_of, view_of

MISMATCH = "mismatch"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the group of secp256k1, SEC 2 §2.4.1."""


def cases(story: Story) -> Iterator[Case]:
    """Yield them in the order of the checks."""
    yield from no_receipts(story)
    yield from other_events(story)
    yield from other_views(story)
    yield from misshapen(story)
    yield from statements(story)
    yield from signatures(story)


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return ``data`` with the one place that reads ``old`` reading ``new``."""
    before, found, after = data.partition(old)
    if not found or old in after:
        raise ValueError(f"not once in the file: {old.decode()}")
    return before + new + after


def no_receipts(story: Story) -> Iterator[Case]:
    """Yield files that fail check 1."""
    whole, own = receipt(story, "maker"), {"receipt-form": INVALID}
    said = story.logged["maker"].statement
    bytewise = {
        "truncated": whole[: len(whole) // 2],
        "trailing-garbage": whole + b"{}",
        "byte-order-mark": b"\xef\xbb\xbf" + whole,
        "not-utf-8": replaced(whole, b"commissioning", b"commissi\xffning"),
        "lone-surrogate": replaced(whole, b"commissioning", b"commissi\\ud800ning"),
        "duplicate-member": replaced(whole, b'"leafIndex":3', b'"leafIndex":4,"leafIndex":3'),
        "leaf-index-as-fraction": replaced(whole, b'"leafIndex":3', b'"leafIndex":3.5'),
        "leaf-index-minus-zero": replaced(whole, b'"leafIndex":3', b'"leafIndex":-0'),
        "leaf-index-beyond-2^53": replaced(whole, b'"leafIndex":3', b'"leafIndex":9007199254740992'),
        "upper-case-hex": replaced(whole, said.party.hex().encode(), said.party.hex().upper().encode()),
        "price-beyond-a-double": replaced(whole, b"19.5", b"19.50000000000000000001"),
        "unknown-act": replaced(whole, b"record event", b"praise event"),
        "unknown-role": replaced(whole, b'"manufacturer"', b'"manufakturer"'),
        "lower-case-jurisdiction": replaced(whole, b'"DE"', b'"de"'),
    }
    for name, data in bytewise.items():
        yield Case(name, data, MISMATCH, own)
    for name, change in MEMBERS.items():
        value = json.loads(whole)
        change(value)
        yield Case(name, json.dumps(value).encode(), MISMATCH, own)
    later = json.loads(whole) | {"format": "tradeledger-receipt/2", "witnesses": []}
    yield Case("later-format", json.dumps(later).encode(), "could-not-check", {"receipt-form": ERROR})
    promise = story.world.promise(3, story.world.now).decode()
    yield Case(
        "promise-for-a-checkpoint", json.dumps(json.loads(whole) | {"checkpoint": promise}).encode(), MISMATCH, own
    )


MEMBERS: dict[str, Callable[[Any], Any]] = {
    "unknown-member": lambda v: v.update(note="all is well"),
    "missing-member": lambda v: v.pop("leafIndex"),
    "unknown-format": lambda v: v.update(format="tradeledger-trust-root/1"),
    "event-and-view-together": lambda v: v.update(view={}),
    "event-without-its-seed": lambda v: v.pop("seed"),
    "seed-without-its-event": lambda v: v.pop("event"),
    "anchor-left-out": lambda v: v.pop("anchor"),
    "zero-subject-spelt-out": lambda v: v["statement"].update(subject="0x" + "00" * 32),
    "signature-without-prefix": lambda v: v.update(signature=v["signature"][2:]),
    "proof-without-padding": lambda v: v["inclusionProof"].__setitem__(0, v["inclusionProof"][0].rstrip("=")),
    "forbidden-member-name": lambda v: v["event"].update({"__proto__": {}}),
}
"""Faults of a receipt's members."""


def other_events(story: Story) -> Iterator[Case]:
    """Yield whole events that were not signed: check 3."""
    logged, own = story.logged["maker"], {"event-digest": INVALID}
    signed = logged.event
    events: dict[str, JsonObject] = {
        "tampered-value": signed | {"example:price": 19.6},
        "tampered-element": signed | {"epcList": ["urn:epc:id:sgtin:4012345.011122.9", *story.epcs("maker")[1:]]},
        "elements-swapped": signed | {"epcList": [*reversed(story.epcs("maker"))]},
        "element-left-out": signed | {"epcList": story.epcs("maker")[1:]},
        "member-added": signed | {"example:organic": True},
        "member-left-out": {name: value for name, value in signed.items() if name != "example:price"},
        "number-as-text": signed | {"example:price": "19.5"},
    }
    for name, event in events.items():
        yield Case(name, receipt(story, "maker", WholeEvent(event, logged.seed)), MISMATCH, own)
    yield Case("wrong-seed", receipt(story, "maker", WholeEvent(signed, Seed(hash_of("seed")))), MISMATCH, own)
    other = story.logged["many serials"]
    yield Case("another-event", receipt(story, "maker", WholeEvent(other.event, other.seed)), MISMATCH, own)


VIEWS: dict[str, Callable[[Any], Any]] = {
    "view-with-another-value": lambda v: v["members"]["bizStep"].update(value="shipping"),
    "view-with-another-salt": lambda v: v["members"]["bizStep"].update(salt="A" * 22),
    "view-with-another-spelling-of-a-salt": lambda v: v["members"]["bizStep"].update(salt="A" * 21 + "B"),
    "view-with-another-element": lambda v: v["members"]["epcList"]["elements"]["17"].update(
        value="urn:epc:id:sgtin:4012345.011122.18"
    ),
    "view-with-the-element-elsewhere": lambda v: v["members"]["epcList"].update(
        elements={"16": v["members"]["epcList"]["elements"]["17"]}
    ),
    "view-with-an-index-of-leading-zeros": lambda v: v["members"]["epcList"].update(
        elements={"017": v["members"]["epcList"]["elements"]["17"]}
    ),
    "view-with-a-smaller-count": lambda v: v["members"]["epcList"].update(count=19),
    "view-without-a-hidden-hash": lambda v: v["hidden"].pop(),
    "view-with-a-hidden-hash-too-many": lambda v: v["hidden"].append(v["hidden"][0]),
    "view-with-a-name-left-out": lambda v: v["manifest"]["names"].remove("example:price"),
    "view-with-names-out-of-order": lambda v: v["manifest"]["names"].reverse(),
    "view-that-hides-a-step-that-must-be-shown": lambda v: v["members"].pop("bizStep"),
    "view-with-an-unknown-member": lambda v: v.update(note="all is well"),
    "table-as-a-plain-member": lambda v: v["members"].update(
        epcList={"salt": v["members"]["epcList"]["salt"], "value": []}
    ),
}
"""Faults of a role view that shows one serial of twenty."""


def other_views(story: Story) -> Iterator[Case]:
    """Yield role views that are none of the event: check 3."""
    own = {"event-digest": INVALID}
    for name, change in VIEWS.items():
        view = json.loads(json.dumps(view_of(story.logged["many serials"], epcList=frozenset({17})).view))
        change(view)
        yield Case(name, receipt(story, "many serials", RoleView(view)), MISMATCH, own)
    other = view_of(story.logged["many serials"])
    yield Case("view-of-another-event", receipt(story, "maker", other), MISMATCH, own)


def misshapen(story: Story) -> Iterator[Case]:
    """Yield events that were signed and are not of EPCIS form: check 4."""
    own = {"event-form": INVALID}
    for name in ("no time", "no id", "no context", "no offset", "record time"):
        yield Case(f"event-with-{name}".replace(" ", "-"), receipt(story, name), MISMATCH, own)
    hidden = receipt(story, "record time", view_of(story.logged["record time"], "epcList"))
    yield Case("view-that-hides-a-record-time", hidden, MISMATCH, own)


def statements(story: Story) -> Iterator[Case]:
    """Yield statements that do not fit: check 5."""
    own = {"statement": INVALID}
    for name in ("subject", "previous", "terms"):
        yield Case(f"statement-with-{name}", receipt(story, name), MISMATCH, own)
    act = receipt(story, "error without declaration")
    yield Case("act-that-declares-an-error-of-a-plain-event", act, MISMATCH, own | {"correction": INVALID})
    plain = receipt(story, "declaration as plain event")
    yield Case("act-that-records-a-declaration", plain, MISMATCH, own | {"correction": INVALID})
    other = story.logged["another event of the maker"]
    swapped = replace(story.world.receipt(story.logged["maker"]), statement=other.statement, signature=other.signature)
    faults = {"event-digest": INVALID, "inclusion": INVALID}
    yield Case("statement-of-another-record", dump_receipt(swapped), MISMATCH, faults)
    bare = dump_receipt(replace(swapped, shown=EvidenceOnly()))
    yield Case("statement-of-another-record-and-nothing-shown", bare, MISMATCH, NOT_SHOWN | {"inclusion": INVALID})


def signatures(story: Story) -> Iterator[Case]:
    """Yield signatures that are not sound, hence not in the log either: checks 6 and 7."""
    whole = story.world.receipt(story.logged["maker"])
    good = whole.signature
    high = ORDER - int.from_bytes(good[32:64], "big")
    unsound = {
        "signature-of-64-bytes": good[:64],
        "signature-of-66-bytes": good + b"\0",
        "signature-empty": b"",
        "signature-with-v-of-0": good[:64] + bytes([good[64] - 27]),
        "signature-with-high-s": good[:32] + high.to_bytes(32, "big") + bytes([55 - good[64]]),
        "signature-with-r-of-zero": bytes(32) + good[32:],
        "signature-with-s-of-zero": good[:32] + bytes(32) + good[64:],
    }
    for name, signature in unsound.items():
        faults = {"signature": INVALID, "inclusion": INVALID}
        yield Case(name, dump_receipt(replace(whole, signature=signature)), MISMATCH, faults)
    twin = good[:64] + bytes([55 - good[64]])
    yield Case(
        "signature-with-the-other-v", dump_receipt(replace(whole, signature=twin)), MISMATCH, {"inclusion": INVALID}
    )

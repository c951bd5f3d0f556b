"""Event digest and view root as docs/spec.md §3 writes them: slow, obvious, and the judge of the fast code.

Shares no line with `ledger`: HMAC is the library's, JCS the `rfc8785` package's, roots the RFC's own recursion.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import rfc8785

from tests import oracle

TABLES = [
    "epcList",
    "childEPCs",
    "inputEPCList",
    "outputEPCList",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputQuantityList",
    "bizTransactionList",
    "sourceList",
    "destinationList",
]


def salt(seed: bytes, *place: int) -> str:
    """Return salt(i), or salt(i, j)."""
    mac = hmac.digest(seed, b"tradeledger/salt/1" + b"".join(each.to_bytes(4, "big") for each in place), "sha256")
    return urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def names_of(event: dict[str, Any]) -> list[str]:
    """Return the member names, ascending by UTF-16 code units."""
    return sorted(event, key=lambda name: name.encode("utf-16-be"))


def leaf(seed: bytes, i: int, name: str, value: Any) -> bytes:
    """Return leaf i, of a member."""
    if name in TABLES:
        elements = [rfc8785.dumps([salt(seed, i, j), j, each]) for j, each in enumerate(value)]
        value = {"count": len(value), "root": oracle.root(elements).hex()}
    return rfc8785.dumps([salt(seed, i), name, value])


def leaves(event: dict[str, Any], seed: bytes) -> list[bytes]:
    """Return leaves 0 to k."""
    names = names_of(event)
    manifest = rfc8785.dumps([salt(seed, 0), names])
    return [manifest, *(leaf(seed, i, name, event[name]) for i, name in enumerate(names, 1))]


def digest_of_root(leaf_count: int, root: bytes) -> bytes:
    """Return the event digest over an event root."""
    return sha256(b"tradeledger/event/1" + leaf_count.to_bytes(8, "big") + root).digest()


def event_digest(event: dict[str, Any], seed: bytes) -> bytes:
    """Return the event digest (§3)."""
    entries = leaves(event, seed)
    return digest_of_root(len(entries), oracle.root(entries))


def root_of_view(lo: int, hi: int, shown: dict[int, bytes], hidden: list[bytes]) -> bytes:
    """Return root(lo, hi) (§3.1), taking hashes from the front of ``hidden``."""
    if not any(lo <= index < hi for index in shown):
        return hidden.pop(0)
    if hi - lo == 1:
        return oracle.leaf(shown[lo])
    middle = lo + oracle.split(hi - lo)
    return oracle.node(root_of_view(lo, middle, shown, hidden), root_of_view(middle, hi, shown, hidden))


def digest_of_view(view: dict[str, Any]) -> bytes:
    """Return the digest of a view that obeys §3.1; nothing is checked."""
    names = view["manifest"]["names"]
    shown = {0: rfc8785.dumps([view["manifest"]["salt"], names])}
    for i, name in enumerate(names, 1):
        member = view["members"].get(name)
        if member is not None:
            value = _commitment(member) if name in TABLES else member["value"]
            shown[i] = rfc8785.dumps([member["salt"], name, value])
    hidden = [b64decode(each) for each in view["hidden"]]
    return digest_of_root(len(names) + 1, root_of_view(0, len(names) + 1, shown, hidden))


def _commitment(table: dict[str, Any]) -> dict[str, Any]:
    shown = {int(j): rfc8785.dumps([each["salt"], int(j), each["value"]]) for j, each in table["elements"].items()}
    hidden = [b64decode(each) for each in table["hidden"]]
    root = root_of_view(0, table["count"], shown, hidden) if table["count"] else oracle.root([])
    return {"count": table["count"], "root": root.hex()}

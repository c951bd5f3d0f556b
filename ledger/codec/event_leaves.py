"""The leaves of an event and its digest: the bytes that whoever makes and whoever checks a role view agree upon.

Leaf 0, the manifest, holds all member names; leaf i the i-th member. A member of a closed table of lists holds the
count and root of a tree of its own, so that one element of ten thousand can be shown alone. The tag and the number of
leaves in the digest leave no room for a second tree under it: no decoys, no inner node that passes for a leaf.

The leaves are JCS of small arrays, put together from parts that are JCS; a salt needs no escape.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from ledger.codec.jcs import canonicalize
from ledger.types import Hash32, JsonValue

CLOSED_TABLES = frozenset(
    {
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
    }
)
"""The members that are always arrays, each element of which is a leaf of its own."""

MUST_SHOW = frozenset({"type", "action", "eventTime", "eventID", "bizStep", "errorDeclaration", "@context"})
"""The members that no role view may hide: without them the others mislead."""

MAX_MEMBERS = 1_024
MAX_ELEMENTS = 100_000
MAX_EVENT_BYTES = 1 << 20
MAX_EVENT_DEPTH = 56

_EVENT_TAG = b"tradeledger/event/1"


def in_order(names: Iterable[str]) -> list[str]:
    """Return ``names`` ascending by UTF-16 code units (RFC 8785 §3.2.3)."""
    ascending = sorted(names)
    if not "".join(ascending).isascii():  # only then may code points and code units order differently
        ascending.sort(key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return ascending


def has_hash_id(event_id: JsonValue) -> bool:
    """Say whether an eventID is a hash of its event, from which hidden values could be guessed."""
    return isinstance(event_id, str) and event_id[:3].lower() == "ni:"  # RFC 3986 §3.1


def encode_names(names: Iterable[str]) -> list[bytes]:
    """Return each name as it stands in the leaves, in JCS: it stands in two of them."""
    return [canonicalize(name) for name in names]


def manifest_leaf(salt: str, encoded_names: Iterable[bytes]) -> bytes:
    """Return leaf 0: JCS of ``[salt, names]``."""
    return b'["%b",[%b]]' % (salt.encode(), b",".join(encoded_names))


def member_leaf(salt: str, encoded_name: bytes, value: JsonValue) -> bytes:
    """Return the leaf of a member outside the closed table: JCS of ``[salt, name, value]``."""
    return b'["%b",%b,%b]' % (salt.encode(), encoded_name, canonicalize(value))


def table_leaf(salt: str, encoded_name: bytes, count: int, root_hash: Hash32) -> bytes:
    """Return the leaf of a member of the closed table: JCS of ``[salt, name, {"count": …, "root": …}]``."""
    return b'["%b",%b,{"count":%d,"root":"%b"}]' % (salt.encode(), encoded_name, count, root_hash.hex().encode())


def element_leaf(salt: str, index: int, value: JsonValue) -> bytes:
    """Return the leaf of one element of a table member: JCS of ``[salt, index, value]``."""
    return b'["%b",%d,%b]' % (salt.encode(), index, canonicalize(value))


def digest_of_root(leaf_count: int, event_root: Hash32) -> Hash32:
    """Return the event digest over the event root."""
    return Hash32(sha256(_EVENT_TAG + leaf_count.to_bytes(8, "big") + event_root).digest())

"""The invariants, written as sentences, over what clients hold, what was on disk at a death, and what stands now.

Each function yields one sentence for each violation; `INVARIANTS` says in which column of the table it counts. Roots
and proofs are judged by `tests.oracle`, which shares no line with the product.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias, TypeVar

from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.note import open_note
from ledger.codec.tiles import TILE_WIDTH, BundleId, decode_bundle, format_path
from ledger.codec.tree import consistency_proof, inclusion_proof
from ledger.domain.trusted import TrustRoot
from ledger.domain.verdict import Outcome
from ledger.domain.verify import Verifier
from ledger.ports import AnchoredHead, LogFile
from ledger.types import UnixTime
from tests import oracle
from tests.builders import party
from tests.crash.clients import Clients, ask
from tests.crash.disk import Kept

RECEIPTS = 12
"""Receipts verified in a run, the newest first."""


@dataclass
class Standing:
    """The log as it stands when everything is final: served, on chain, on disk."""

    url: str
    clients: Clients
    checkpoint: Checkpoint
    heads: tuple[AnchoredHead, ...]
    nonce: int
    """The next nonce of the anchoring account."""
    trust_root: TrustRoot
    deaths: list[Kept]
    """What was on disk at each death."""
    kept: Kept
    """What is on disk now that nothing moves."""
    files: dict[LogFile, bytes] = field(default_factory=dict)

    @cached_property
    def entries(self) -> list[bytes]:
        """Every record, from the public entry bundles."""
        size = self.checkpoint.tree_size
        starts = range(0, size, TILE_WIDTH)
        bundles = (BundleId(start // TILE_WIDTH, min(TILE_WIDTH, size - start)) for start in starts)
        return [entry for bundle in bundles for entry in decode_bundle(self.read(bundle), bundle.width)]

    def read(self, file: LogFile) -> bytes:
        """A public file of the log; it never changes, so it is fetched once."""
        if file not in self.files:
            reply = ask(self.url, "GET", f"/log/{format_path(file)}")
            assert reply.status == 200, reply
            self.files[file] = reply.content
        return self.files[file]


Sentences: TypeAlias = Iterator[str]
Value = TypeVar("Value")


def nothing_is_lost(log: Standing) -> Sentences:
    """Every promise handed to a client is kept by an inclusion proof in the new head, and every committed record."""
    for event_id, promise in log.clients.promises():
        index, size = promise.leaf_index, log.checkpoint.tree_size
        if index >= size or promise.record not in log.entries:
            yield f"the record promised for {event_id} at {index} is not in the log of {size}"
            continue
        proof = inclusion_proof(index, size, log.read)
        root = oracle.root_along_inclusion(index, size, oracle.leaf(promise.record), proof)
        if root != log.checkpoint.root_hash:
            yield f"the record promised for {event_id} is not proved at {index}"
    yield from (f"{event_id} of a client is not there" for _, event_id in _sent(log) - set(log.kept.event_ids))
    for death in log.deaths:
        if lost := set(death.records) - set(log.entries):
            yield f"{len(lost)} of {len(death)} committed records are gone"


def nothing_is_doubled(log: Standing) -> Sentences:
    """Each event of each party stands in the log once, each record once, and nothing stands there that nobody sent."""
    yield from (f"{event_id} stands in the log {count} times" for event_id, count in _repeated(log.kept.event_ids))
    yield from (f"record {record.hex()} stands in the log {count} times" for record, count in _repeated(log.entries))
    yield from (f"{event_id} was sent by nobody" for _, event_id in set(log.kept.event_ids) - _sent(log))
    yield from (fault for fault in log.clients.faults if fault.startswith("doubled"))


def nothing_is_reordered(log: Standing) -> Sentences:
    """What was committed keeps its index, and one client's submissions stand in the order of their answers."""
    for death in log.deaths:
        if tuple(log.entries[: len(death)]) != death.records:
            yield f"the first {len(death)} records are not what they were"
    for _, promise in log.clients.promises():
        if promise.record in log.entries and log.entries[promise.leaf_index : promise.leaf_index + 1] != [
            promise.record
        ]:
            yield f"the record promised at {promise.leaf_index} stands at {log.entries.index(promise.record)}"
    for submission in log.clients.answered():
        indexes = [result["leafIndex"] for result in submission.results or ()]
        if indexes != list(range(indexes[0], indexes[0] + len(indexes))):
            yield f"the events of one submission stand at {indexes}"


def every_head_is_provable(log: Standing) -> Sentences:
    """Every head that was signed, seen, published or anchored is a prefix of the log that the records prove."""
    kept = [Checkpoint(log.checkpoint.origin, size, root) for size, root in _all_kept(log)]  # type: ignore[arg-type]
    anchored = [Checkpoint(log.checkpoint.origin, head.tree_size, head.root_hash) for head in log.heads]
    for head in {*log.clients.heads(), *kept, *anchored, *_published(log)}:
        if head.tree_size > log.checkpoint.tree_size:
            yield f"a head of {head.tree_size} was signed, and the log has {log.checkpoint.tree_size}"
        elif oracle.root(log.entries[: head.tree_size]) != head.root_hash:
            yield f"the head of {head.tree_size} is not the root of its records"
        elif not _is_consistent(log, head):
            yield f"the head of {head.tree_size} is not consistent with that of {log.checkpoint.tree_size}"


def every_anchor_came_to_an_end(log: Standing) -> Sentences:
    """Heads on chain only grow, each is known to the store as final, and no anchor of ours waits or left a gap."""
    if any(later.tree_size <= earlier.tree_size for earlier, later in pairwise(log.heads)):
        yield "the heads on chain do not grow"
    final = {(anchor.tree_size, anchor.root_hash) for anchor in log.kept.anchors if anchor.state == "final"}
    on_chain = {(head.tree_size, bytes(head.root_hash)) for head in log.heads}
    yield from (f"the head of {size} is final here and not on chain" for size, _ in final - on_chain)
    if max(on_chain, default=None) != max(final, default=None):
        yield f"the newest head on chain is {max(on_chain)[0]}, the newest final anchor another"
    yield from (f"the anchor of {anchor.tree_size} is still {anchor.state}" for anchor in log.kept.open_anchors())
    if stuck := [anchor.nonce for anchor in log.kept.anchors if anchor.state == "final" and anchor.nonce >= log.nonce]:
        yield f"nonces {stuck} are final and beyond the next nonce {log.nonce}"


def every_promise_was_in_time(log: Standing) -> Sentences:
    """A head that covers the record stands on chain by the promised time, so that nobody can show a breach."""
    for event_id, promise in log.clients.promises():
        covering = [head for head in log.heads if head.tree_size > promise.leaf_index]
        if not covering:
            yield f"{event_id} is not anchored"
        elif covering[0].time > promise.deadline:
            yield f"{event_id} was anchored {covering[0].time - promise.deadline} s after the promised time"


def every_receipt_verifies(log: Standing) -> Sentences:
    """The receipt of an event verifies, final, against a trust root exported from the node."""
    verifier, now = Verifier(log.trust_root), UnixTime(log.trust_root.issued_at + 1)
    results = [result for submission in log.clients.answered() for result in submission.results or ()]
    for result in results[-RECEIPTS:]:
        reply = ask(log.url, "GET", f"/receipts/{result['eventDigest']}?view=public")
        content = reply.content if isinstance(reply.content, bytes) else _dump(reply.content)
        outcome = verifier.verify_receipt(content, now).outcome
        if outcome not in (Outcome.VERIFIED, Outcome.SIGNER_UNKNOWN):  # no prefix claimed: said of the signer alone
            yield f"the receipt of leaf {result['leafIndex']} reads {outcome.value}"


def the_service_is_well(log: Standing) -> Sentences:
    """Nothing waits, and no good submission was refused."""
    reply = ask(log.url, "GET", "/health/ready")
    if reply.status != 200:
        yield f"not ready: {reply.content}"
    yield from (fault for fault in log.clients.faults if not fault.startswith("doubled"))


COLUMNS = ("lost", "doubled", "reordered", "unprovable", "other")

INVARIANTS: dict[Callable[[Standing], Sentences], str] = {
    nothing_is_lost: "lost",
    nothing_is_doubled: "doubled",
    nothing_is_reordered: "reordered",
    every_head_is_provable: "unprovable",
    every_anchor_came_to_an_end: "other",
    every_promise_was_in_time: "other",
    every_receipt_verifies: "other",
    the_service_is_well: "other",
}
"""Each with the column of the table in which a violation counts."""


def violations(log: Standing) -> dict[str, list[str]]:
    """What does not hold, by column; every column is there."""
    found: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for invariant, column in INVARIANTS.items():
        found[column] += invariant(log)
    return found


def _sent(log: Standing) -> set[tuple[bytes, str]]:
    return {(party(each.party), event_id) for each in log.clients.submissions for event_id in each.event_ids}


def _repeated(values: Sequence[Value]) -> list[tuple[Value, int]]:
    return [(value, count) for value, count in Counter(values).items() if count > 1]


def _all_kept(log: Standing) -> set[tuple[int, bytes]]:
    return {head for kept in (*log.deaths, log.kept) for head in kept.checkpoints}


def _published(log: Standing) -> set[Checkpoint]:
    notes = {kept.published for kept in (*log.deaths, log.kept) if kept.published is not None}
    return {parse_checkpoint(open_note(note, [log.clients.world.log_key]).text) for note in notes}


def _is_consistent(log: Standing, head: Checkpoint) -> bool:
    size = log.checkpoint.tree_size
    proof = consistency_proof(head.tree_size, size, log.read)
    roots = oracle.roots_along_consistency(head.tree_size, size, head.root_hash, proof)
    return roots == (head.root_hash, log.checkpoint.root_hash)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

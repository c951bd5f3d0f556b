"""Checks 7 to 9: the record stands in the tree, the log signed the tree, and the tree was anchored on chain.

Check 9 answers INVALID only where the evidence contradicts itself or the trust root's history. A receipt made before
its anchor was final may name a head that a reorganised chain holds in another block, or not at all: that is not
final, and nobody's fault.

The heads of a log are prefixes of one another (the contract saw to it), so that a receipt which leads to one of them
tells the earliest that includes the record, and it is not for whoever made the receipt to choose.
"""

from __future__ import annotations

from ledger.codec.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.codec.record import statement_record
from ledger.domain.case import Case, proven, usable
from ledger.domain.checks import Finding, Status, error, invalid, skipped, valid
from ledger.domain.fields import write_base64, write_date_time
from ledger.domain.receipt import Anchor
from ledger.domain.trusted import TrustedLog
from ledger.errors import SignatureError


def check_inclusion(case: Case) -> Finding:
    """7: the record of statement and signature stands at the leaf index of the checkpoint's tree (spec §5)."""
    receipt, checkpoint = case.receipt, case.checkpoint
    record = statement_record(case.statement_hash, receipt.signature)
    verify_inclusion(  # RFC 9162 §2.1.3.2
        receipt.leaf_index, checkpoint.tree_size, leaf_hash(record), receipt.inclusion_proof, checkpoint.root_hash
    )
    return valid("inclusion.valid", index=str(receipt.leaf_index), size=str(checkpoint.tree_size))


def check_checkpoint(case: Case) -> Finding:
    """8: the note is signed by the log's key and names the log's origin."""
    log = proven(case.log)
    usable(case.trust).notes.require_signed(case.receipt.checkpoint, log.key)
    if case.checkpoint.origin != log.origin:
        raise SignatureError("a checkpoint of another log", log.origin, case.checkpoint.origin)
    return valid("checkpoint.valid")


def check_anchor(case: Case) -> Finding:
    """9: the checkpoint is one of the trust root's heads, or is proved to be a prefix of one."""
    log, checkpoint, anchor = proven(case.log), case.checkpoint, case.receipt.anchor
    same_size = log.head_of_size(checkpoint.tree_size)
    if same_size is not None and same_size.root_hash != checkpoint.root_hash:
        return invalid("anchor.fork", write_base64(same_size.root_hash), write_base64(checkpoint.root_hash))
    if anchor is None:
        return skipped("anchor.none") if same_size is None else _anchored(case, log)
    verify_consistency(  # RFC 9162 §2.1.4.2
        checkpoint.tree_size, anchor.tree_size, anchor.consistency_proof, checkpoint.root_hash, anchor.root_hash
    )
    obstacle = _obstacle(log, anchor)
    is_head_below = same_size is not None and checkpoint.tree_size < anchor.tree_size
    if obstacle is not None and (obstacle.status is Status.INVALID or not is_head_below):
        return obstacle
    return _anchored(case, log)


def _obstacle(log: TrustedLog, anchor: Anchor) -> Finding | None:
    """Return why the head that the receipt names is not one of the trust root's, or ``None``."""
    if anchor.tree_size > log.newest_size:
        return skipped("anchor.newer")
    head, size = log.head_of_size(anchor.tree_size), str(anchor.tree_size)
    if head is None:
        return skipped("anchor.unlisted", size=size) if log.heads_complete else error("anchor.unknown-head", size=size)
    if anchor.root_hash != head.root_hash:
        return invalid("anchor.head", write_base64(head.root_hash), write_base64(anchor.root_hash))
    if (anchor.block, anchor.time) != (head.block, head.time):
        return skipped("anchor.moved", block=str(head.block))
    return None


def _anchored(case: Case, log: TrustedLog) -> Finding:
    head = case.head = proven(log.head_above(case.receipt.leaf_index))
    return valid("anchor.valid", block=str(head.block), date=write_date_time(head.time))

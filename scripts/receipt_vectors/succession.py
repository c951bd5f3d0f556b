"""A closed log and the one that went on after it: a statement may name the first and stand in the second (spec §10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.codec.record import predecessor_record
from ledger.domain.receipt import Receipt, dump_receipt
from ledger.domain.trusted import TrustRoot
from ledger.types import Hash32
from scripts.receipt_vectors.expected import ERROR, INVALID, Case
from scripts.receipt_vectors.story import event
from tests.builders import DAY, World, hash_of


class Succession:
    """Three logs on one chain: one that is closed, the one that succeeds it, and one that has to do with neither."""

    def __init__(self) -> None:
        self.closed = World.with_maker(origin="log.example/closed")
        self.successor = World(origin="log.example/successor")
        self.unrelated = World(origin="log.example/unrelated")
        self.receipts: dict[str, Receipt] = {}
        self._run("closed", self.closed, hash_of("some record"))
        head = self.closed.heads[0]
        self._run("successor", self.successor, predecessor_record(self.closed.log_id, head.tree_size, head.root_hash))
        self._run("unrelated", self.unrelated, hash_of("another record"))

    def _run(self, name: str, log: World, first: Hash32) -> None:
        """Fill a log with statements that name the closed log, and its successor."""
        log.facts, log.block = self.closed.facts, self.closed.block
        log.records.append(first)
        named = {"closed": self.closed, "successor": self.successor}
        logged = {each: log.record(event(f"{each} in {name}"), log_id=named[each].log_id) for each in named}
        log.anchor()
        self.receipts |= {f"{each}-in-{name}": log.receipt(record) for each, record in logged.items()}

    def trust_root(self, *names: str, is_closed: bool = True) -> TrustRoot:
        """Return a trust root that knows these logs."""
        goes_on = self.successor.log_id if is_closed else None
        logs = {
            "closed": self.closed.trusted_log(successor=goes_on),
            "successor": self.successor.trusted_log(),
            "unrelated": self.unrelated.trusted_log(),
        }
        return self.unrelated.trust_root(logs=tuple(logs[name] for name in names))

    def trust_roots(self) -> dict[str, TrustRoot]:
        """Return them by name."""
        return {
            "succession": self.trust_root("closed", "successor", "unrelated"),
            "succession-not-yet": self.trust_root("closed", "successor", is_closed=False),
            "closed-log-alone": self.trust_root("closed"),
            "successor-alone": self.trust_root("successor"),
        }

    @property
    def a_day_later(self) -> int:
        """The verifier's clock."""
        return self.unrelated.now + DAY


def cases(succession: Succession) -> Iterator[Case]:
    """Yield statements that name one log and stand in another."""
    files = {name: dump_receipt(receipt) for name, receipt in succession.receipts.items()}
    for name in ("closed-in-closed", "closed-in-successor", "successor-in-successor"):
        yield Case(f"statement-for-{name}", files[name], "verified", trust_root="succession")
    unknown = {"trust-root": ERROR}
    for name in ("successor-in-closed", "closed-in-unrelated"):
        yield Case(f"statement-for-{name}", files[name], "could-not-check", unknown, trust_root="succession")
    for root in ("succession-not-yet", "closed-log-alone", "successor-alone"):
        name = f"statement-for-closed-in-successor-with-{root}"
        yield Case(name, files["closed-in-successor"], "could-not-check", unknown, trust_root=root)
    receipt = succession.receipts["closed-in-successor"]
    text = receipt.checkpoint.decode().partition("\n\n")[0] + "\n"
    forged = dump_receipt(replace(receipt, checkpoint=succession.closed.note(text)))
    name = "checkpoint-of-the-successor-by-the-closed-log"
    yield Case(name, forged, "mismatch", {"checkpoint": INVALID}, trust_root="succession")

"""The audit of a stored log: events/s on one core and on all, and the share of each stage.

Every stage is the function that the audit itself calls. The bound is the bare recovery of as many keys.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from ledger.adapters.sql.evidence import HomeEvidence
from ledger.codec.disclosure import event_digest
from ledger.codec.json_shape import open_object
from ledger.codec.merkle import leaf_hashes
from ledger.codec.signature import recover
from ledger.codec.statement import eip712_hash, statement_from_json
from ledger.codec.strict_json import parse
from ledger.codec.tree import EMPTY_EDGE, append
from ledger.domain.parties import replay
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.domain.verdict import Outcome
from ledger.epcis.deviation import Mode
from ledger.epcis.event_hash import event_hash
from ledger.epcis.validation import validate_event
from ledger.ports.evidence import EventRow
from ledger.service.audit.run import Ears, Order, audit
from ledger.types import Seed
from scripts.bench import stored, world
from scripts.bench.events import shipped
from scripts.bench.measure import Figure, in_microseconds, rate_figure, side_by_side, standing_ready, taken
from scripts.bench.world import NOW

COUNT, QUICK_COUNT = 8_192, 1_024
ROUNDS = 5
MANY = 3
"""Times as many events for the figure on all cores: processes take half a second to start."""

_BARE = "bare recover"


def figures(*, quick: bool) -> list[Figure]:
    """Return the rates of the audit on one core, in CPU time, and on all of them, by the clock."""
    count = QUICK_COUNT if quick else COUNT
    with _log(count) as one, _log(MANY * count) as many:
        return [_on_one(one, count), _on_all(many, MANY * count)]


def _on_one(order: Order, count: int) -> Figure:
    signed = [world.sign(shipped(number)) for number in range(1_000)]

    def bound() -> None:
        for number in range(count):
            world.bare_recover(signed[number % len(signed)])

    pace = side_by_side(lambda: _audit(order), bound, ROUNDS)
    figure = rate_figure("audit of a stored log, one core", count, "events/s", pace, None, _BARE)
    stages = _stages(order, count)
    rest = pace.seconds / count - sum(seconds for _, seconds in stages)
    return Figure(
        figure.name, figure.value, figure.unit, best=figure.best, bound=figure.bound, ratio=figure.ratio,
        stages=in_microseconds([*stages, ("the rest", rest)]),
    )  # fmt: skip


def _on_all(order: Order, count: int) -> Figure:
    own, cores = os.sched_getaffinity(0), range(os.cpu_count() or 1)
    os.sched_setaffinity(0, cores)  # this figure alone is not of one core
    try:
        clock = taken(lambda: _audit(order, len(cores))).clock
    finally:
        os.sched_setaffinity(0, own)
    return Figure(f"audit of a stored log, {len(cores)} cores, by the clock", count / clock, "events/s")


def _stages(order: Order, count: int) -> list[tuple[str, float]]:
    """Return the seconds that an event takes in each stage."""
    evidence = order.open_evidence()
    rows = evidence.rows(0, count)
    events = [row.event for row in rows if row.event is not None]
    values = [open_object(parse(each.event_bytes), "") for each in events]
    statements = [statement_from_json(parse(each.statement.encode())) for each in events]
    hashes = [eip712_hash(each, world.DOMAIN) for each in statements]
    registry, at = replay(world.FACTS), Moment(2, NOW)
    records = [row.record or b"" for row in rows]
    work: dict[str, Callable[[], object]] = {
        "read": lambda: [evidence.rows(start, start + 1_024) for start in range(0, count, 1_024)],
        "parse": lambda: [_parse(each) for each in events],
        "digest": lambda: [event_digest(value, Seed(each.seed)) for value, each in zip(values, events, strict=True)],
        "form": lambda: [validate_event(value, Mode.LENIENT) for value in values],
        "EIP-712": lambda: [eip712_hash(each, world.DOMAIN) for each in statements],
        "recover": lambda: [recover(each, row.signature) for each, row in zip(hashes, events, strict=True)],
        "registry": lambda: [judge_signer(registry, each, world.SIGNER, at) for each in statements],
        "CBV hash": lambda: [event_hash(value) for value in values],
        "tree": lambda: _grow(records),
    }
    with standing_ready():
        stages = [(stage, min(taken(each).cpu for _ in range(ROUNDS)) / count) for stage, each in work.items()]
    evidence.close()
    return stages


def _parse(row: EventRow) -> object:
    return parse(row.event_bytes), statement_from_json(parse(row.statement.encode()))


def _grow(records: Sequence[bytes]) -> None:
    edge, left = EMPTY_EDGE, iter(records)
    while some := list(islice(left, 1_024)):
        edge, _ = append(edge, leaf_hashes(some))


def _audit(order: Order, jobs: int = 1) -> None:
    report = audit(Order(order.open_evidence, order.trust_root, order.now, jobs), Ears())
    if report.outcome is not Outcome.VERIFIED:
        raise RuntimeError(report.in_words())


@contextmanager
def _log(count: int) -> Iterator[Order]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = stored.make(folder, count)
        yield Order(partial(HomeEvidence, folder / "ledger.db", folder / "log"), root, NOW)

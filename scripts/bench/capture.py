"""Durable capture of individually signed events, in batches of 100, into SQLite: the whole way, and its stages apart.

Every stage is the function that capture itself calls. The bound is the bare recovery of as many keys.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from ledger.adapters.sql.store import SqlStore
from ledger.codec.json_shape import array
from ledger.codec.signature import recover
from ledger.codec.statement import eip712_hash
from ledger.codec.strict_json import parse
from ledger.domain.parties import replay
from ledger.domain.tenure import Moment
from ledger.epcis.deviation import Mode
from ledger.epcis.event_hash import event_hash
from ledger.service import acceptance
from ledger.service.acceptance import Formed, RegistryNow, Terms
from ledger.service.capture import CaptureService, Request
from ledger.service.envelopes import Envelope, event_sources, read_envelope
from ledger.service.promises import Promises
from ledger.service.sequencer import Sequencer
from scripts.bench import world
from scripts.bench.events import shipped
from scripts.bench.measure import Figure, in_microseconds, standing_ready, taken
from scripts.bench.world import NOW, Signed

BATCH = 100
TERMS = Terms(world.DOMAIN, world.LOG_ID)
REGISTRY = RegistryNow(replay(world.FACTS), Moment(2, NOW))
PROMISES = Promises(world.ORIGIN, world.LOG_ID, world.LOG_KEY, 3_600)


def figures(*, quick: bool) -> list[Figure]:
    """Return the rate of capture without the CBV hash and with it, in CPU time, and by the clock with every sync."""
    with _sql_store() as apart, _service() as service:
        rounds = [_round(number, apart, service) for number in range(11 if quick else 61)][1:]  # the first opens files
    bare = _median(rounds, _BARE)
    stages = in_microseconds([(stage, _median(rounds, stage)) for stage in rounds[0] if stage not in _OTHER])
    plain, *others = [_figure(rounds, which, bare) for which in (_PLAIN, _WHOLE, _CLOCK)]
    return [replace(plain, goal=3_000, stages=stages), *others]


_BARE, _HASH = "bare recover", "CBV hash"
_PLAIN, _WHOLE, _CLOCK = "without CBV hash", "with CBV hash", "with CBV hash, by the clock"
_OTHER = (_PLAIN, _WHOLE, _CLOCK)


def _round(number: int, apart: SqlStore, service: CaptureService) -> dict[str, float]:
    """Return the seconds that an event of one batch takes: the bound, each stage in capture's order, all of them."""
    batch = [world.sign(shipped(number * BATCH + place)) for place in range(BATCH)]
    body = json.dumps([signed.envelope for signed in batch]).encode()
    work = _stages(batch, body, apart)
    with standing_ready():
        whole = taken(lambda: _capture(service, body))
        stages = {stage: taken(each).cpu / BATCH for stage, each in work.items()}
    cpu, rest = whole.cpu / BATCH, whole.cpu / BATCH - sum(stages.values()) + stages[_BARE]
    return stages | {"the rest": rest, _PLAIN: cpu - stages[_HASH], _WHOLE: cpu, _CLOCK: whole.clock / BATCH}


def _stages(batch: Sequence[Signed], body: bytes, apart: SqlStore) -> dict[str, Callable[[], object]]:
    envelopes = _read(body)
    events = [acceptance.accept(Formed(each, ()), TERMS, REGISTRY, NOW) for each in envelopes]
    signer = world.SIGNER
    return {
        _BARE: lambda: [world.bare_recover(each) for each in batch],
        "parse": lambda: _read(body),
        "validate": lambda: [acceptance.check_form(each.event, Mode.STRICT, "") for each in envelopes],
        "statement": lambda: _each(envelopes, lambda each: acceptance.check_statement(each, TERMS, NOW)),
        "digest": lambda: _each(envelopes, acceptance.check_digest),
        "EIP-712": lambda: [eip712_hash(each.statement, TERMS.domain) for each in envelopes],
        "recover": lambda: [recover(each.signing_hash, each.signature) for each in batch],
        "entitled": lambda: _each(envelopes, lambda each: acceptance.check_entitled(each.statement, signer, REGISTRY)),
        _HASH: lambda: [event_hash(each.event) for each in envelopes],
        "store": lambda: apart.append(events, NOW),
        "promise": lambda: [PROMISES.note(7, each.record, NOW) for each in events],
    }


def _figure(rounds: Sequence[dict[str, float]], which: str, bare: float) -> Figure:
    seconds, best = _median(rounds, which), min(each[which] for each in rounds)
    name = f"capture, durable, batches of {BATCH}, {which}"
    return Figure(name, 1 / seconds, "events/s", best=1 / best, bound=_BARE, ratio=seconds / bare)


def _each(envelopes: Sequence[Envelope], check: Callable[[Envelope], None]) -> None:
    for envelope in envelopes:
        check(envelope)


def _median(rounds: Sequence[dict[str, float]], stage: str) -> float:
    return median(seconds[stage] for seconds in rounds)


def _capture(service: CaptureService, body: bytes) -> None:
    job = service.capture(Request(world.MAKER, body))
    if not job.success:
        raise RuntimeError(f"not captured: {job.results}")


def _read(body: bytes) -> list[Envelope]:
    values = array(parse(body, len(body)), "")
    return [read_envelope(value, source) for value, source in zip(values, event_sources(body), strict=True)]


@contextmanager
def _service() -> Iterator[CaptureService]:
    with _sql_store() as store:
        sequencer = Sequencer(store, lambda: NOW)
        yield CaptureService(store, sequencer, lambda: REGISTRY, TERMS, PROMISES, lambda: NOW)
        sequencer.close()


@contextmanager
def _sql_store() -> Iterator[SqlStore]:
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(Path(folder) / "ledger.db")
        yield store
        store.close()

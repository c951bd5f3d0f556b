"""Verification of receipts with the whole event: under one checkpoint that all share, and each under its own."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.domain.receipt import WholeEvent, dump_receipt
from ledger.domain.trust_root import TrustRoot
from ledger.domain.verdict import Outcome
from ledger.domain.verify import Verifier
from scripts.bench import world
from scripts.bench.events import shipped
from scripts.bench.log import MILLION, Log, records_of_others, trust_root
from scripts.bench.measure import Figure, Pace, rate_figure, side_by_side
from scripts.bench.world import NOW, Signed

COUNT, ROUNDS = 50, 31


def figures(*, quick: bool) -> list[Figure]:
    """Return the rates of verification, each from the bytes of the receipt to the verdict."""
    size = MILLION // 10 if quick else MILLION
    events = [world.sign(shipped(number)) for number in range(COUNT)]
    places = [place * (size // COUNT) for place in range(COUNT)]
    log = _log(size, events, places)
    return [_shared(log, events, places), _distinct(log, events, places)]


def _log(size: int, events: Sequence[Signed], places: Sequence[int]) -> Log:
    records = records_of_others(size)
    for signed, place in zip(events, places, strict=True):
        records[place] = signed.record
    return Log.of(records)


def _shared(log: Log, events: Sequence[Signed], places: Sequence[int]) -> Figure:
    head = log.head(log.size)
    data = [_receipt(log, signed, place, log.size) for signed, place in zip(events, places, strict=True)]
    trusted = trust_root([head])
    pace = side_by_side(
        lambda: _verify(trusted, data), lambda: [world.bare_recover(signed) for signed in events], ROUNDS
    )
    return _figure("one checkpoint shared", len(events), pace, "bare recover")


def _distinct(log: Log, events: Sequence[Signed], places: Sequence[int]) -> Figure:
    sizes = range(log.size - len(events), log.size)
    trusted = trust_root([log.head(size) for size in sizes])
    data = [_receipt(log, *each) for each in zip(events, places, sizes, strict=True)]
    notes = [_note() for _ in events]

    def bound() -> None:
        for signed, (key, signature, text) in zip(events, notes, strict=True):
            world.bare_recover(signed)
            key.verify(signature, text)

    pace = side_by_side(lambda: _verify(trusted, data), bound, ROUNDS)
    return _figure("each its own checkpoint", len(events), pace, "bare recover and Ed25519 verify")


def _figure(what: str, count: int, pace: Pace, bound: str) -> Figure:
    return rate_figure(f"receipt verification, {what}", count, "receipts/s", pace, 2_500, bound)


def _receipt(log: Log, signed: Signed, place: int, size: int) -> bytes:
    return dump_receipt(log.receipt(signed, place, log.head(size), WholeEvent(signed.event, signed.seed)))


def _verify(trusted: TrustRoot, receipts: Sequence[bytes]) -> None:
    """Verify as a verifier that has seen none of them: what it remembers of checkpoints ends with the round."""
    verifier = Verifier(trusted)
    for data in receipts:
        verification = verifier.verify_receipt(data, NOW)
        if verification.outcome is not Outcome.VERIFIED:
            raise RuntimeError(f"not verified: {verification.checks}")


def _note() -> tuple[Ed25519PublicKey, bytes, bytes]:
    text = bytes(100)
    return Ed25519PublicKey.from_public_bytes(world.LOG_KEY.public_key), world.LOG_KEY.sign(text), text

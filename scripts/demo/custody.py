"""The carton as a consignment: opened, offered and accepted, put to the contract, and what does not count.

It runs beside the lane: the maker hands a carton to the carrier, who splits it; a second hand-over of the same carton
by the maker, and an acceptance by another than the named taker, count nowhere, in the log and in the contract alike.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from ledger.codec.commitments import Commitments
from ledger.codec.hex_strict import decode_hex
from ledger.codec.statement import ZERO32
from ledger.codec.terms import Accept, Goods, Inputs, Offer, Open, Split, Terms
from ledger.domain.custody.consignment import Consignment
from ledger.domain.custody.drafting import told
from ledger.domain.custody.replay import Claim
from ledger.domain.receipt import parse_receipt
from ledger.errors import RegistryRefusedError
from ledger.service.custody import signed_act
from ledger.service.signing import Move, dump_envelope, sign_move
from ledger.types import Hash32, JsonObject, JsonValue
from scripts.demo import cast, story
from scripts.demo.cast import Actor
from scripts.demo.lane import CARTON, CONTEXT
from scripts.demo.stage import Player, Stage

SEALS = "https://tradeledger.example/ns/seals"
MakeTerms: TypeAlias = Callable[[Commitments], Terms]
TONNE, PART = 1_000_000, 250_000
"""A thousand kilograms, and a quarter of them, in thousandths."""


def play(stage: Stage) -> None:
    """Tell the handover; one that goes another way than it should ends the demo."""
    story.title("The carton changes hands")
    maker, carrier, warehouse = (stage.players[actor.word] for actor in (cast.MAKER, cast.CARRIER, cast.WAREHOUSE))
    opening = _state(stage, maker, "open consignment", _tonne)
    subject = Hash32(decode_hex(opening["subject"], 32))
    story.line("The maker opens a consignment of 1,000 kg: the carton, by its salted contents.")
    _submit(stage, maker, opening)
    first = _offer(stage, maker, subject, carrier)
    story.line("The maker offers it to the carrier, with the seal it put on.")
    _submit(stage, maker, first)
    second = _offer(stage, maker, subject, warehouse, first["previous"])
    _refused(stage, maker, second, "The maker offers the same carton to the warehouse too", "TooLate")
    stolen = _accept(stage, warehouse, subject)
    _refused(stage, warehouse, stolen, "The warehouse accepts what was offered to the carrier", "NotTaker")
    _submit(stage, carrier, _accept(stage, carrier, subject))
    story.line("The carrier accepts, with the seal it found: from now on it holds the carton.")
    _submit(stage, carrier, _split(stage, carrier, subject))
    story.line("The carrier splits off 250 kg for another road; what is left of the carton weighs 750 kg.")
    _account(stage, subject)


def _tonne(own: Commitments) -> Terms:
    return Open(Goods(told(own.contents), TONNE, "KGM"), _salt())


def _account(stage: Stage, subject: Hash32) -> None:
    account = stage.service.custody.account(subject)
    if account.on_chain is None or account.by_log is None or account.on_chain.head != account.by_log.head:
        raise AssertionError("contract and log tell of different holders")
    claims = [step for step in account.history.steps if isinstance(step, Claim)]
    name = stage.service.registry.now().registry.name(account.on_chain.holder)
    kilograms = account.on_chain.quantity // 1_000
    story.line(f"Contract and log agree: {name} holds {kilograms} kg. Two statements are claims, one of them a fork.")
    if len(claims) != 2 or len(account.history.forks) != 1:
        raise AssertionError("another number of claims or forks")


def _offer(stage: Stage, who: Player, subject: Hash32, to: Player, previous: JsonValue = None) -> JsonObject:
    def terms(own: Commitments) -> Terms:
        return Offer(to.mandate.party, told(own.seals), told(own.condition), _salt())

    return _state(stage, who, "offer handover", terms, subject, previous)


def _accept(stage: Stage, who: Player, subject: Hash32) -> JsonObject:
    return _state(
        stage, who, "accept handover", lambda own: Accept(told(own.seals), told(own.condition), _salt()), subject
    )


def _split(stage: Stage, who: Player, parent: Hash32) -> JsonObject:
    def terms(own: Commitments) -> Terms:
        inputs = Inputs((parent,), (_held(stage, parent).head,), (PART,))
        return Split(Goods(told(own.contents), PART, "KGM"), inputs, _salt())

    return _state(stage, who, "split consignment", terms)


def _state(
    stage: Stage, who: Player, act: str, terms: MakeTerms, subject: Hash32 = ZERO32, previous: JsonValue = None
) -> JsonObject:
    """Log an act; return its result with the subject and what it follows."""
    service = stage.service
    follows = ZERO32
    if subject != ZERO32:
        follows = _held(stage, subject).head if previous is None else Hash32(decode_hex(previous, 32))
    move = Move(act, subject, follows, terms)
    envelope = sign_move(_event(who.actor), move, who.mandate, service.keystore, service.terms, service.clock())
    job = who.client.post("/capture", b"[" + dump_envelope(envelope) + b"]")
    [result] = job["results"] if isinstance(job["results"], list) else []
    if not isinstance(result, dict) or result["status"] != "sequenced":
        raise AssertionError(f"{act}: {job}")
    said = envelope.statement
    return {**result, "subject": "0x" + said.subject.hex(), "previous": "0x" + said.previous.hex()}


def _event(actor: Actor) -> JsonObject:
    return {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "eventID": uuid.uuid4().urn,
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventTimeZoneOffset": "+00:00",
        "epcList": [CARTON],
        "readPoint": {"id": f"https://id.gs1.org/414/{actor.gln}"},
        SEALS: ["DEMO-88210"],
    }


def _submit(stage: Stage, who: Player, stated: JsonObject) -> None:
    """Put a logged act to the contract, with its inclusion proof, paid for by the operator."""
    service = stage.service
    stage.wait_until_final()
    act = signed_act(parse_receipt(who.client.get(f"/receipts/{stated['eventDigest']}?view=whole")))
    chain, account = service.custody_chain, service.accounts.anchorer
    if chain is None or act.inclusion is None:
        raise AssertionError("no ledger, or no inclusion proof")
    service.chain.transactor.run(
        act.statement.act, account, lambda nonce, fees: chain.act_transaction(act, account, nonce, fees)
    )


def _refused(stage: Stage, who: Player, stated: JsonObject, sentence: str, reason: str) -> None:
    try:
        _submit(stage, who, stated)
    except RegistryRefusedError as error:
        if reason not in error.found:
            raise
        story.line(f"{sentence}: logged as a claim, and the contract says {reason}.")
        return
    raise AssertionError(f"{sentence}, and it counted")


def _held(stage: Stage, subject: Hash32) -> Consignment:
    consignment = stage.service.custody.account(subject).consignment
    if consignment is None:
        raise AssertionError("a consignment that nobody opened")
    return consignment


def _salt() -> Hash32:
    return Hash32(secrets.token_bytes(32))

"""The operator turns dishonest: it holds database, log key, anchoring key and a custodial key, and is caught.

Everything is judged by a trust root that was exported before the first lie, or by a promise that was given before it.
"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ledger.codec.jcs import canonicalize
from ledger.codec.json_shape import open_object
from ledger.codec.record import statement_record
from ledger.codec.statement import eip712_hash
from ledger.domain.breach import BreachOutcome, BreachVerdict, NotAnchored, dump_breach, verify_breach
from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import Receipt, parse_receipt
from ledger.domain.trusted import TrustRoot
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.errors import AnchorRefusedError
from ledger.service.signing import dump_envelope, sign_event
from ledger.types import Hash32, JsonObject
from scripts.demo import story
from scripts.demo.forgery import ForgedLog
from scripts.demo.honest import Captured, receipt_of, require
from scripts.demo.stage import Stage

PROMISE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """The stage with the lane on it, and what the consumer kept from before the lies."""

    stage: Stage
    captured: list[Captured]
    root: TrustRoot

    @property
    def records(self) -> list[Hash32]:
        """All records of the honest log."""
        store = self.stage.service.store
        return list(store.records(0, store.record_count()))

    def forge(self, records: list[Hash32]) -> ForgedLog:
        """Return a log of these records that claims to be a part of the newest anchored one."""
        return ForgedLog(records, self.stage.config.origin, self.stage.service.log_signer, self.root.logs[0].heads[-1])

    def honest(self, place: int) -> Receipt:
        """Return the whole receipt of a step of the lane."""
        return parse_receipt(receipt_of(self.stage, self.captured[place], "whole"))


def play(stage: Stage, captured: list[Captured]) -> None:
    """Tell every lie and show who catches it; a lie that goes through ends the demo with an error."""
    story.title("The operator turns dishonest")
    scene = Scene(stage, captured, stage.trust_root())
    for lie in (_edits, _drops, _reorders, _back_dates, _forks):
        lie(scene)


def _edits(scene: Scene) -> None:
    receipt: JsonObject = json.loads(receipt_of(scene.stage, scene.captured[0], "whole"))
    ilmd: JsonObject = {"cbvmda:countryOfOrigin": "DE", "cbvmda:lotNumber": "KILN-42"}
    receipt["event"] = {**open_object(receipt["event"], "/event"), "ilmd": ilmd}
    story.caught(
        "edits the country of origin in its database",
        _caught(scene, json.dumps(receipt).encode(), CheckId.EVENT_DIGEST),
    )


def _drops(scene: Scene) -> None:
    dropped = scene.captured[1]
    records = scene.records
    forged = scene.forge(records[: dropped.leaf_index] + records[dropped.leaf_index + 1 :])
    receipt = forged.receipt(scene.honest(2), dropped.leaf_index)
    story.caught(
        f"drops record {dropped.leaf_index}, the inspection, and signs a log without it",
        _caught(scene, receipt, CheckId.ANCHOR),
    )
    _broken(scene, forged.breach(dropped.promise, dropped.leaf_index), "the inspector holds a promise for that place")


def _reorders(scene: Scene) -> None:
    first, second = scene.captured[4], scene.captured[5]
    records = scene.records
    records[first.leaf_index], records[second.leaf_index] = records[second.leaf_index], records[first.leaf_index]
    forged = scene.forge(records)
    story.caught(
        "puts departure before export clearance",
        _caught(scene, forged.receipt(scene.honest(5), first.leaf_index), CheckId.ANCHOR),
    )
    _broken(scene, forged.breach(first.promise, first.leaf_index), "export customs holds a promise for that place")


def _back_dates(scene: Scene) -> None:
    """It signs as the courier, whose key it holds, and puts the record where it would have stood days ago."""
    stage, honest = scene.stage, scene.honest(9)
    player = stage.players[scene.captured[9].step.actor.word]
    early = datetime.now(UTC) - timedelta(days=30)
    event = {
        **scene.captured[9].step.event,
        "eventID": uuid.uuid4().urn,
        "eventTime": early.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    service = stage.service
    envelope = sign_event(event, player.mandate, service.keystore, service.terms, service.clock())
    record = statement_record(eip712_hash(envelope.statement, service.terms.domain), envelope.signature)
    forged = scene.forge([record, *scene.records[1:]])
    whole = json.loads(dump_envelope(envelope))
    template: JsonObject = json.loads(
        forged.receipt(replace(honest, statement=envelope.statement, signature=envelope.signature), 0)
    )
    receipt = {**template, "event": whole["event"], "seed": whole["seed"]}
    story.caught(
        "signs a collection with the custodial key and dates it thirty days back",
        _caught(scene, json.dumps(receipt).encode(), CheckId.ANCHOR),
    )


def _forks(scene: Scene) -> None:
    records = scene.records
    forged = scene.forge([*records[:-1], Hash32(secrets.token_bytes(32))])
    story.caught(
        "shows somebody else a log of the same size with another end",
        _caught(scene, forged.receipt(scene.honest(0), 0), CheckId.ANCHOR),
    )
    service = scene.stage.service
    chain, account = service.chain.chain, service.accounts.anchorer
    head = chain.head(service.terms.log_id)
    try:
        chain.anchor_transaction(
            service.terms.log_id,
            head,
            len(records),
            forged.edge.root_hash,
            [],
            account,
            chain.nonce(account),
            chain.fees(),
        )
    except AnchorRefusedError as error:
        story.line(f"    and the contract refuses to anchor it: {error.reason.partition('(')[0]}.")
        return
    raise AssertionError("the contract took a fork")


def break_a_promise(stage: Stage, last: Captured) -> None:
    """The operator promises, and does not anchor."""
    story.title("The operator promises and does not deliver")
    stage.stop_anchoring(promise_seconds=PROMISE_SECONDS)
    event = {**last.step.event, "eventID": uuid.uuid4().urn}
    result = stage.players[last.step.actor.word].client.post("/events", canonicalize(event))
    stage.let_time_pass(PROMISE_SECONDS + 1)
    promise = str(result["promise"])
    root = stage.trust_root()
    verdict = verify_breach(dump_breach(NotAnchored(promise.encode())), root, stage.service.clock())
    require_broken(verdict)
    story.caught("takes an event, promises to anchor it within a second, and does not", verdict.finding.reason.text())


def _caught(scene: Scene, receipt: bytes, by: CheckId) -> str:
    verification = verify_receipt(receipt, scene.root, scene.stage.service.clock())
    require(verification, Outcome.MISMATCH)
    check = verification.checks[by.number - 1]
    if check.status is not Status.INVALID:
        raise AssertionError(f"{by.slug} did not catch it")
    return f"check {check.number} {check.id.slug}: {check.finding.reason.text()}"


def require_broken(verdict: BreachVerdict) -> None:
    """End the demo with an error unless the promise is shown to be broken."""
    if verdict.outcome is not BreachOutcome.BROKEN:
        raise AssertionError(verdict.finding.reason.text())


def _broken(scene: Scene, breach: bytes, who: str) -> None:
    verdict = verify_breach(breach, scene.root, scene.stage.service.clock())
    require_broken(verdict)
    story.line(f"    and {who}: {verdict.finding.reason.text()}")

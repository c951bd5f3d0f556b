"""The parsers of EPCIS, of evidence files, and of what a capture takes in."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from ledger.adapters.keystore import MemorySigner
from ledger.codec.hex_strict import encode_hex
from ledger.codec.json_shape import open_object
from ledger.domain.breach import dump_breach, parse_breach, verify_breach
from ledger.domain.facts import dump_fact, parse_fact
from ledger.domain.parties import replay
from ledger.domain.receipt import dump_receipt, parse_receipt
from ledger.domain.report import render_json, render_text
from ledger.domain.tenure import Moment
from ledger.domain.trust_root import dump_trust_root, parse_trust_root, trust_root_hash
from ledger.domain.verify import Verifier, verify_files
from ledger.epcis.canonical import Namespaces, canonical_text, canonical_time
from ledger.epcis.context import merge_context
from ledger.epcis.deviation import Mode
from ledger.epcis.digital_link import constrained_digital_link, first_key
from ledger.epcis.documents import complete_events, validate_document
from ledger.epcis.epc_urn import digital_link_of_urn, format_epc_urn, parse_epc_urn
from ledger.epcis.event_hash import event_hash
from ledger.epcis.event_parser import parse_event
from ledger.epcis.identifiers import canonical_digital_link, check_digit_holds, format_gs1_key, parse_gs1_key
from ledger.epcis.named_prefix import digits_named
from ledger.epcis.validation import event_problems, require_signable, validate_event
from ledger.service.acceptance import Draft, RegistryNow, Terms, accept_all
from ledger.service.deploy import dump_deployment, parse_deployment
from ledger.service.intake import items_of
from ledger.service.signing import Capacity, Mandate, dump_envelope, sign_event
from ledger.types import JsonObject
from tests.builders import object_event, party, secret
from tests.property.fuzz.parser import Parser, of_json, of_text, written
from tests.property.fuzz.seeds import EVENTS, NOW, RECEIPTS, WORDS, as_json, breaches, trust_root, trust_roots, world

DOCUMENT: JsonObject = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://example.org/"}],
    "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-09-21T14:10:00Z",
    "epcisBody": {"eventList": [{k: v for k, v in event.items() if k != "@context"} for event in EVENTS[-2:]]},
}  # fmt: skip
QUERY: JsonObject = {
    **DOCUMENT,
    "type": "EPCISQueryDocument",
    "epcisBody": {"queryResults": {"queryName": "all", "resultsBody": DOCUMENT["epcisBody"]}},
}
DEPLOYMENT = {
    "chainId": 1_337, "genesisHash": "0x" + "11" * 32, "development": True, "partyRegistry": "0x" + "22" * 20,
    "partyRegistryCodeHash": "0x" + "33" * 32, "checkpointRegistry": "0x" + "44" * 20,
    "checkpointRegistryCodeHash": "0x" + "55" * 32, "firstBlock": 0, "rootAuthority": "0x" + "66" * 20,
    "rotationOverlap": 90_000, "minInterval": 600,
}  # fmt: skip


def _events(document: Any) -> list[Any]:
    validate_document(document, Mode.LENIENT)
    return [event_problems(placed.event, placed.pointer) for placed in complete_events(document)]


def _event(value: Any) -> Any:
    event = open_object(value, "")
    validate_event(event, Mode.LENIENT)
    require_signable(event)
    return parse_event(event)


def _hashes(value: Any) -> tuple[str, str]:
    event = open_object(value, "")
    return event_hash(event), event_hash(event, None, "2.1")


def _identifier(text: str) -> Any:
    key = parse_gs1_key(text)
    if key is not None:
        check_digit_holds(key)
        assert parse_gs1_key(format_gs1_key(key)) == key
    return canonical_digital_link(text), constrained_digital_link(text), first_key(text), digits_named(text)


def _urn(text: str) -> str:
    epc = parse_epc_urn(text)
    digital_link_of_urn(text)
    return text if epc is None else format_epc_urn(epc)


def _text(text: str) -> Any:
    return canonical_text(text, Namespaces(DOCUMENT["@context"]))


def _fact(value: Any) -> Any:
    return parse_fact(value, "")


@cache
def _verifier() -> Verifier:
    return Verifier(trust_root())


def _verdict(data: bytes) -> str:
    verification = _verifier().verify_receipt(data, NOW)
    return render_text(verification, "zh-CN") + render_json(verification)


def _verdict_by(root: bytes) -> str:
    return render_text(verify_files(RECEIPTS[0], root, NOW))


def _verdict_by_sealed(contents: Any) -> str:
    """The verdict by a trust root of these contents under their own hash: its maker may be anybody."""
    unsealed = {name: member for name, member in open_object(contents, "").items() if name != "hash"}
    return _verdict_by(as_json({**unsealed, "hash": encode_hex(trust_root_hash(unsealed))}))


@cache
def _signing() -> tuple[MemorySigner, Mandate, Terms, RegistryNow]:
    signer, maker = MemorySigner(), world()
    mandate = Mandate(party("maker"), signer.import_key(secret("maker").secret), Capacity("manufacturer", "DE"))
    root = maker.trust_root()
    now = RegistryNow(replay(root.facts), Moment(root.as_of.block, root.as_of.time))
    return signer, mandate, Terms(maker.domain, maker.log_id), now


def _captured(body: bytes) -> list[Draft]:
    """Every event of a body, taken or refused one by one, as `CaptureService` does."""
    signer, mandate, terms, now = _signing()

    def sign(event: JsonObject) -> Any:
        return sign_event(event, mandate, signer, terms, NOW)

    items = items_of(body, Mode.LENIENT, lambda: sign, lambda place: uuid.UUID(int=place).urn)
    drafts = [Draft(item.read) for item in items]
    accept_all(drafts, terms, now, NOW)
    assert all(draft.refusal is not None or draft.event for draft in drafts)
    return drafts


def _envelope() -> bytes:
    signer, mandate, terms, _ = _signing()
    return dump_envelope(sign_event(object_event(), mandate, signer, terms, NOW))


FACTS = tuple(as_json(dump_fact(fact)) for fact in trust_root().facts)

EPCIS = (
    Parser("EPCIS document", of_json(_events), tuple(map(as_json, (DOCUMENT, QUERY, list(EVENTS), EVENTS[-1])))),
    Parser("EPCIS event", of_json(_event), tuple(map(as_json, EVENTS))),
    Parser("EPCIS event to be hashed", of_json(_hashes), tuple(map(as_json, EVENTS))),
    Parser("context", of_json(lambda value: Namespaces(merge_context(DOCUMENT["@context"], value))),
           (as_json(DOCUMENT["@context"]), b'{"a":{"@id":"https://a/"},"b":"a:x"}')),
    Parser("identifier", of_text(_identifier), tuple(map(written, WORDS))),
    Parser("EPC URN", of_text(_urn), tuple(map(written, WORDS))),
    Parser("text of an event", of_text(_text), tuple(map(written, WORDS))),
    Parser("time of an event", of_text(canonical_time), tuple(map(written, WORDS))),
)  # fmt: skip

EVIDENCE = (
    Parser("receipt", parse_receipt, RECEIPTS, dump=dump_receipt),
    Parser("trust root", parse_trust_root, trust_roots(), dump=dump_trust_root),
    Parser("breach", parse_breach, breaches(), dump=dump_breach),
    Parser("registry fact", of_json(_fact), FACTS, dump=lambda fact: as_json(dump_fact(fact))),
    Parser("verdict on a receipt", _verdict, RECEIPTS, refusals=()),
    Parser("verdict by a trust root", _verdict_by, trust_roots(), refusals=()),
    Parser("verdict by a trust root sealed anew", of_json(_verdict_by_sealed), trust_roots()),
    Parser("verdict on a breach", lambda data: verify_breach(data, trust_root(), NOW), breaches()),
)

INTAKE = (
    Parser(
        "body of a capture",
        _captured,
        (as_json(DOCUMENT), as_json([EVENTS[-2]]), _envelope(), b"[" + _envelope() + b"]"),
    ),
    Parser("deployment", parse_deployment, (as_json(DEPLOYMENT),), dump=dump_deployment),
)

"""The report: complete for every outcome in both languages, the same on every machine, safe to print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.domain import facts
from ledger.domain.messages import Language
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import EvidenceOnly, dump_receipt
from ledger.domain.report import printable, render_json, render_text
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_files, verify_receipt
from ledger.types import UnixTime
from tests.builders import FOR_EVER, World, address, contract, object_event, party, view_of

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
DECLARATION = {"declarationTime": "2026-09-22T08:00:00Z", "reason": "incorrect_data"}


def examples() -> dict[str, Verification]:
    world = World.with_maker(development=True)
    sound, taken_back = world.record(), world.record(object_event(errorDeclaration=DECLARATION))
    stranger = world.record(object_event(eventID="urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a02"), key="stranger")
    world.anchor()
    late = world.record()
    trust_root, now = world.trust_root(), world.now

    def verified(logged: Any, shown: Any = None, at: int = now) -> Verification:
        return verify_receipt(dump_receipt(world.receipt(logged, shown)), trust_root, UnixTime(at))

    return {
        "verified": verified(sound),
        "view": verified(sound, view_of(sound)),
        "bare": verified(sound, EvidenceOnly()),
        "stale": verified(sound, at=trust_root.stale_after + 1),
        "not-final": verified(late),
        "signer-unknown": verified(stranger),
        "withdrawn": verified(taken_back),
        "mismatch": verified(sound, view_of(stranger)),
        "not-a-receipt": verify_receipt(b"{", trust_root, now),
        "could-not-check": verified(sound, at=trust_root.expires_at + 1),
        "damaged": verify_files(dump_receipt(world.receipt(sound)), b"{}", now),
    }


EXAMPLES = examples()


def test_the_examples_have_every_outcome() -> None:
    assert {verification.outcome for verification in EXAMPLES.values()} == set(Outcome)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_text_says_every_check_in_words_the_next_action_and_the_limit(name: str, language: Language) -> None:
    verification = EXAMPLES[name]
    text = render_text(verification, language)
    lines = text.split("\n")
    assert lines[0] == verification.sentence.text(language)
    assert len([line for line in lines if line[:4].strip().isdigit() and "[" in line]) == 13
    assert verification.next_action.text(language) in text
    assert lines[-2:] == [
        {"en": "We checked the records, not the goods themselves.", "zh-CN": "本页核验的是记录，不是对实物的鉴定。"}[
            language
        ],
        "",
    ]
    assert "{" not in text
    assert text == render_text(verification, language)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_result_but_that_of_a_damaged_trust_root_says_as_of_when(name: str) -> None:
    text = render_text(EXAMPLES[name])
    assert ("As of " in text) is (name != "damaged")
    if name not in ("damaged", "not-a-receipt", "could-not-check"):
        assert "As of tree size 3, block 6 (2026-09-21T14:19:20Z)." in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_development_chain_is_always_named(name: str) -> None:
    assert ("run by the operator, not independent" in render_text(EXAMPLES[name])) is (name != "damaged")


@pytest.mark.parametrize("name", ["mismatch", "not-a-receipt", "could-not-check", "damaged"])
def test_a_failure_repeats_no_claim_above_its_checks(name: str) -> None:
    above, value = render_text(EXAMPLES[name]).partition("What was checked")[0], json.loads(render_json(EXAMPLES[name]))
    assert (value["signer"], value["claims"]) == (None, None)
    assert "Maker GmbH" not in above
    assert "2026-09-21T14:10:00" not in above


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_json_has_the_same_members_for_every_outcome(name: str, language: Language) -> None:
    value = json.loads(render_json(EXAMPLES[name], language))
    assert list(value) == [
        "format",
        "rules",
        "outcome",
        "language",
        "sentence",
        "next",
        "limit",
        "notices",
        "warnings",
        "checks",
        "signer",
        "claims",
        "basis",
        "checkedAt",
    ]
    assert (value["format"], value["rules"]) == ("tradeledger-verification/1", "tradeledger-verify/1")
    assert value["outcome"] == EXAMPLES[name].outcome.value
    assert [check["number"] for check in value["checks"]] == list(range(1, 14))


def test_the_agreed_sentences() -> None:
    sentences = {name: EXAMPLES[name].sentence.text() for name in EXAMPLES}
    assert sentences["verified"] == "Records check out. The step is signed by a known party."
    assert sentences["not-final"] == "Records check out; the newest step is not final yet (usually minutes)."
    assert sentences["signer-unknown"] == "The signature is sound, but we do not know the signer."
    assert sentences["mismatch"] == "This record was changed or belongs to another item. Do not rely on it."
    assert (
        sentences["withdrawn"]
        == "The issuer withdrew or corrected this record on 2026-09-22T08:00:00Z: incorrect_data."
    )
    assert sentences["could-not-check"].endswith("This says nothing about the item.")


def test_names_from_outside_cannot_move_the_cursor_or_turn_the_text() -> None:
    world = World.with_maker()
    name = "Evil\x1b[2J\n  1 receipt-form [VALID]\u202e\u2028 Ltd"
    world.fact(facts.PartyAccredited(party("evil"), "DE", party("authority"), contract("cold"), name))
    world.fact(facts.KeyAdded(party("evil"), address("evil"), NO_PARTY))
    world.fact(facts.RoleGranted(party("evil"), "seller", "DE", 0, FOR_EVER))
    logged = world.record(object_event(action="OBSERVE"), key="evil", party=party("evil"), role="seller")
    world.anchor()
    trust_root = dump_trust_root(world.trust_root())
    text = render_text(verify_files(dump_receipt(world.receipt(logged)), trust_root, world.now))
    assert "Signed by Evil\\u{1b}[2J\\u{a}  1 receipt-form [VALID]\\u{202e}\\u{2028} Ltd as seller" in text
    assert all(character == "\n" or character.isprintable() for character in text)


def test_printable_leaves_every_script_alone() -> None:
    for text in ("Müller & Söhne", "上海进出口有限公司", "شركة التجارة", "🙂"):
        assert printable(text) == text

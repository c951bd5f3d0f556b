"""Free text of an event stood in the verdict as if the verifier had said it, and what failed its check was repeated.

The reason of an error declaration, a declaration time that is none, the names of members, and a Digital Link's query.
"""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain import facts
from ledger.domain.report import render_json, render_text
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from tests.builders import World, contract, object_event, party, view_of
from tests.unit.domain.judging import verify

LIE = "none. These goods are genuine"


def said(verification: Verification) -> str:
    return "".join(
        render(verification, language) for render in (render_text, render_json) for language in ("en", "zh-CN")
    )


def declared(**declaration: Any) -> Verification:
    world = World.with_maker()
    logged = world.record(object_event(errorDeclaration={"declarationTime": "2026-09-22T08:00:00Z"} | declaration))
    world.anchor()
    return verify(world, world.receipt(logged))


@pytest.mark.parametrize("reason", [LIE, "urn:example:these-goods-are-genuine"])
def test_a_reason_that_is_no_standard_word(reason: str) -> None:
    verification = declared(reason=reason)
    assert verification.outcome is Outcome.WITHDRAWN
    assert "genuine" not in said(verification)
    assert verification.sentence.text() == (
        "The issuer withdrew or corrected this record on 2026-09-22T08:00:00Z: a reason that is not of the standard."
    )


@pytest.mark.parametrize(
    "reason", ["did_not_occur", "urn:epcglobal:cbv:er:did_not_occur", "https://ref.gs1.org/cbv/ER-did_not_occur"]
)
def test_a_standard_reason_in_any_form(reason: str) -> None:
    assert declared(reason=reason).sentence.text().endswith(": did_not_occur.")


def test_a_declaration_whose_form_is_wrong_is_not_repeated() -> None:
    verification = declared(declarationTime="J. Smith, 19.50 EUR", reason="did_not_occur")
    assert verification.outcome is Outcome.MISMATCH
    assert "Smith" not in said(verification)


def test_the_name_of_a_hidden_member_is_quoted() -> None:
    world = World.with_maker()
    logged = world.record(object_event(**{LIE: 1}))
    world.anchor()
    text = render_text(verify(world, world.receipt(logged, view_of(logged))))
    assert f'"{LIE}"' in text
    assert "epcList," in text


def test_the_name_of_an_unknown_member_is_quoted() -> None:
    world = World.with_maker()
    logged = world.record(object_event(**{LIE: 1}))
    world.anchor()
    assert f'at "/{LIE}": unknown-member' in render_text(verify(world, world.receipt(logged)))


def test_a_foreign_identifier_is_shown_without_what_a_link_adds_to_it() -> None:
    world = World.with_maker()
    world.fact(facts.PartyAccredited(party("other"), "DE", party("authority"), contract("cold"), "Other AG"))
    world.fact(facts.PrefixClaimed(party("other"), 9_506_000, 7))
    link = "https://brand.example/01/09506000111228/21/1"
    logged = world.record(object_event(epcList=[f"{link}?buyer=J+Smith"]))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    assert "Smith" not in said(verification)
    assert verification.checks[10].finding.found == "https://id.gs1.org/01/09506000111228/21/1"

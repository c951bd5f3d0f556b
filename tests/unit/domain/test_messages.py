"""The sentences: complete in both languages, each used, none that claims what a verification cannot know."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from ledger.domain.breach import BreachOutcome
from ledger.domain.custody_checks import CheckId
from ledger.domain.messages import MESSAGES, Message
from ledger.domain.verdict import Outcome

ENGLISH, CHINESE = MESSAGES["en"], MESSAGES["zh-CN"]
SOURCES = [path for path in Path("ledger/domain").rglob("*.py") if not path.name.startswith("messages")]
SOURCES.append(Path("ledger/service/watchdog.py"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_every_key() -> None:
    assert list(ENGLISH) == list(CHINESE)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_say_the_same_values(key: str) -> None:
    assert placeholders(ENGLISH[key]) == placeholders(CHINESE[key])
    assert ENGLISH[key].strip()
    assert re.search("[\u4e00-\u9fff]", CHINESE[key])


def test_every_key_is_used_and_every_key_used_exists() -> None:
    source = "\n".join(path.read_text() for path in SOURCES)
    made = {f"{prefix}{name}" for prefix, names in BUILT_FROM_PARTS.items() for name in names}
    quoted = set(re.findall(r"""["']([a-z-]+\.[A-Za-z-]+|depends|limit|as-of|as-of-no-log)["']""", source))
    keys = {key for key in quoted | made if key.partition(".")[0] in {each.partition(".")[0] for each in ENGLISH}}
    assert keys == set(ENGLISH)


BUILT_FROM_PARTS = {
    "verdict.": ["verified", "not-final", "signer-unknown", "mismatch"],
    "next.": [outcome.value for outcome in Outcome],
    "status.": ["VALID", "INVALID", "ERROR", "SKIPPED"],
    "breach-verdict.": [outcome.value for outcome in BreachOutcome],
    "signer.key-": ["rotated", "revoked", "compromised", "recovery"],
    "check.": [check.slug for check in CheckId],
    "missing.": re.findall(r"""[^.]missing\("([a-z-]+)"\)""", "\n".join(path.read_text() for path in SOURCES)),
}
"""Keys that the code puts together: ``f"verdict.{outcome.value}"``; checks that are refused: ``f"{slug}.invalid"``."""
BUILT_FROM_PARTS |= {
    f"{slug}.": ["invalid"]
    for slug in ("receipt-form", "event-form", "statement", "signature", "inclusion", "checkpoint", "anchor")
}

CLAIMS = re.compile(r"genuine|authentic|safe|real product|正品|真品|安全", re.IGNORECASE)


@pytest.mark.parametrize("key", ENGLISH)
def test_nothing_is_claimed_of_the_goods(key: str) -> None:
    assert not CLAIMS.search(ENGLISH[key])
    assert not CLAIMS.search(CHINESE[key])


def test_the_wording_that_was_agreed() -> None:
    assert ENGLISH["limit"] == "We checked the records, not the goods themselves."
    assert ENGLISH["verdict.mismatch"] == "This record was changed or belongs to another item. Do not rely on it."
    reason = Message("trust-root.expired", {"date": "2026-11-22T08:00:00Z"})
    message = Message("verdict.could-not-check", {"reason": reason})
    assert message.text() == (
        "We could not finish checking (Your trust root expired on 2026-11-22T08:00:00Z). "
        "This says nothing about the item."
    )
    assert message.text("zh-CN") == "暂时无法完成核验（您的信任根已于 2026-11-22T08:00:00Z 过期），这不代表商品有问题。"

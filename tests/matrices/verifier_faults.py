"""What a verifier may have got wrong: its clock, its trust root, the file it was sent. None of it judges a receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.domain.messages import MESSAGES
from ledger.domain.report import render_text
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.verdict import exit_code
from tests.matrices.faults import HTML
from tests.matrices.lies import BASES, Base, Files, Scene
from tests.matrices.lies_file import at, edited, of_another_world, trusted, without_the_head

COULD_NOT_CHECK, NOT_FINAL = "could-not-check", "not-final"


@dataclass(frozen=True)
class VerifierRow:
    """A fault of what the verifier brings, and the way on that the report names."""

    sentence: str
    tell: Callable[[Base], Files | None]
    next_action: str
    outcome: str = COULD_NOT_CHECK


def file_of(change: Callable[[bytes], bytes]) -> Callable[[Base], Files]:
    """Another file in the place of the trust root."""
    return lambda base: (scene := Scene.of(base)).files(trust_root=change(dump_trust_root(scene.trust_root)))


def without_heads(base: Base) -> Files:
    scene = Scene.of(base)
    return scene.files(trust_root=scene.world.trust_root(logs=(scene.world.trusted_log(heads=()),)))


NO_TRUST_ROOT, OLDER, CLOCK = "next.could-not-check", "next.trust-root-older", "next.clock"
ROWS: Final = (
    VerifierRow("its clock runs before the trust root was made", at(lambda root: root.issued_at - 301), CLOCK),
    VerifierRow("its clock stands at 1970", at(lambda root: 0), CLOCK),
    VerifierRow("its clock, or the calendar, is past the trust root's expiry", at(lambda r: r.expires_at + 1), OLDER),
    VerifierRow("its trust root is an empty file", file_of(lambda data: b""), NO_TRUST_ROOT),
    VerifierRow("its trust root is half a file", file_of(lambda data: data[: len(data) // 2]), NO_TRUST_ROOT),
    VerifierRow("its trust root is a page that somebody in between sent", file_of(lambda data: HTML), NO_TRUST_ROOT),
    VerifierRow("its trust root has a bit flipped", file_of(lambda d: d.replace(b"Maker", b"Laker")), NO_TRUST_ROOT),
    VerifierRow("its trust root is for another chain", of_another_world(chain_id=1), NO_TRUST_ROOT),
    VerifierRow("its trust root lacks the log", trusted(logs=()), NO_TRUST_ROOT),
    VerifierRow(
        "its trust root lacks all registry facts", edited(lambda v: v["facts"].clear(), is_sealed=True), NO_TRUST_ROOT
    ),
    VerifierRow("its trust root lacks the head, and does not list all", without_the_head, OLDER),
    VerifierRow("its trust root is older than every head", without_heads, OLDER, NOT_FINAL),
)


@dataclass(frozen=True)
class VerifierEnding:
    """The outcome for one base, and whether both languages say why and what to do."""

    outcome: str
    exit_code: int
    is_explained: bool


def endings_of(row: VerifierRow) -> list[tuple[Base, VerifierEnding]]:
    """Return how verification of each base ends under this fault."""
    told = ((base, row.tell(base)) for base in BASES)
    return [(base, _ending(row, files)) for base, files in told if files is not None]


def _ending(row: VerifierRow, files: Files) -> VerifierEnding:
    verification = files.verified()
    is_explained = verification.next_action.key == row.next_action and all(
        MESSAGES[language][row.next_action] in render_text(verification, language) for language in MESSAGES
    )
    code = exit_code(verification.outcome, require_final=False)
    return VerifierEnding(verification.outcome.value, code, is_explained)

"""A case and what it comes to, stated by the author of the case in the words of docs/spec.md §10, never by a verifier.

A case names the checks that do not come out VALID for reasons of their own. Those that rest on a check that failed are
SKIPPED: that much is derived, from the table of the specification.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

VALID: Final = "VALID"
INVALID: Final = "INVALID"
ERROR: Final = "ERROR"
SKIPPED: Final = "SKIPPED"

RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "receipt-form": (),
    "trust-root": ("receipt-form",),
    "event-digest": ("receipt-form",),
    "event-form": ("event-digest",),
    "statement": ("receipt-form",),
    "signature": ("receipt-form",),
    "inclusion": ("receipt-form",),
    "checkpoint": ("trust-root",),
    "anchor": ("trust-root", "inclusion", "checkpoint"),
    "signer": ("signature", "anchor"),
    "identifiers": ("event-form", "anchor"),
    "custodian": ("signer",),
    "correction": ("event-form",),
}
"""The checks in their order, each with those it rests on (spec §10)."""


def with_dependents(own: Mapping[str, str]) -> dict[str, str]:
    """Return the status of every check that is not VALID, given those that are not for reasons of their own."""
    statuses: dict[str, str] = {}
    failed: set[str] = set()
    for check, needs in RESTS_ON.items():
        if failed.intersection(needs):
            statuses[check] = SKIPPED
            failed.add(check)
        elif check in own:
            statuses[check] = own[check]
            failed |= {check} if own[check] in (INVALID, ERROR) else set()
    return statuses


@dataclass(frozen=True)
class Case:
    """A receipt under a named trust root. ``now`` is the verifier's clock; ``None`` is a day after the story's end."""

    name: str
    receipt: bytes
    outcome: str
    own: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    custodian: str | None = None
    trust_root: str = "published"
    now: int | None = None

    def to_json(self, a_day_later: int) -> Json:
        """Return the case as it stands in the file."""
        case: Json = {"name": self.name, "trustRoot": self.trust_root, "now": self.now or a_day_later}
        try:
            case["receipt"] = self.receipt.decode()
        except UnicodeDecodeError:
            case["receiptBase64"] = b64encode(self.receipt).decode()
        case |= {"outcome": self.outcome, "checks": with_dependents(self.own), "warnings": list(self.warnings)}
        return case if self.custodian is None else case | {"custodian": self.custodian}


@dataclass(frozen=True)
class BreachCase:
    """A breach file under a named trust root."""

    name: str
    breach: bytes
    outcome: str
    trust_root: str = "published"
    now: int | None = None

    def to_json(self, a_day_later: int) -> Json:
        """Return the case as it stands in the file."""
        named = {"name": self.name, "trustRoot": self.trust_root, "now": self.now or a_day_later}
        return named | {"breach": self.breach.decode(), "outcome": self.outcome}

"""What validation finds: the rule that is broken, where, and whether lenient mode takes the event all the same.

Strict is the EPCIS 2.0 JSON Schema and SHACL. Lenient takes what circulates and still has one meaning, and records each
deviation. Some rules hold in both modes, because a signed event that breaks them would mean nothing or several things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from ledger.errors import MalformedError


class Mode(Enum):
    """How an event is judged."""

    STRICT = "strict"
    LENIENT = "lenient"


class Rule(StrEnum):
    """The rules by name. Those in `TOLERATED` are recorded in lenient mode; the others always refuse."""

    KIND = "kind"
    """A value of another JSON kind; for the tables of an event (EPC, quantity, transaction lists): not an array."""
    REQUIRED = "required"
    """A required member is missing or empty."""
    SECOND_NAME = "second-name"
    """A member of the standard under another name that JSON-LD has for it: a reader of JSON-LD would see two."""
    EVENT_TYPE = "event-type"
    TIME = "time"
    TIME_ZONE_OFFSET = "time-zone-offset"
    ACTION = "action"
    URI = "uri"
    NUMBER = "number"
    HEX_BINARY = "hex-binary"
    LIMIT = "limit"
    """More members or elements than an event may have."""
    SCHEMA_VERSION = "schema-version"
    OWN_CONTEXT = "own-context"
    """Bytes to be signed without the whole ``@context``."""
    EVENT_ID = "event-id"
    """Bytes to be signed without an ``eventID``."""
    RECORD_TIME = "record-time"
    """Bytes to be signed with a ``recordTime``, which is the repository's word."""

    IRI = "iri"
    """Characters that a URI would escape."""
    VOCABULARY_FORM = "vocabulary-form"
    """A standard word written as URN or IRI."""
    VOCABULARY_WORD = "vocabulary-word"
    """A bare word that the CBV does not have."""
    UNKNOWN_MEMBER = "unknown-member"
    """A member that is neither of the standard nor an extension with a namespace."""
    MISPLACED_MEMBER = "misplaced-member"
    """A member of the standard on a kind of event that does not have it, or ``ilmd`` without ADD."""
    NUMBER_AS_STRING = "number-as-string"
    BOOLEAN_AS_STRING = "boolean-as-string"
    UNIT = "unit"
    """A unit of measure that is no code of UN/ECE Recommendation 20."""
    UNIQUE = "unique"
    KNOWN_CONTEXT = "known-context"
    """A context that is not shipped; it is never fetched."""
    PROTECTED_PREFIX = "protected-prefix"
    """A prefix of the official context given another namespace."""
    DOCUMENT_MEMBER = "document-member"
    """A member that the document should have and that no event depends on."""


TOLERATED = frozenset(
    {
        Rule.IRI,
        Rule.VOCABULARY_FORM,
        Rule.VOCABULARY_WORD,
        Rule.UNKNOWN_MEMBER,
        Rule.MISPLACED_MEMBER,
        Rule.NUMBER_AS_STRING,
        Rule.BOOLEAN_AS_STRING,
        Rule.UNIT,
        Rule.UNIQUE,
        Rule.KNOWN_CONTEXT,
        Rule.PROTECTED_PREFIX,
        Rule.DOCUMENT_MEMBER,
    }
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One broken rule. ``found`` names a kind, a length or a standard word, never a value of the event."""

    pointer: str
    rule: Rule
    expected: str
    found: str

    def at(self, prefix: str) -> Deviation:
        """Return the same deviation as seen from a document in which the event stands at ``prefix``."""
        return Deviation(prefix + self.pointer, self.rule, self.expected, self.found)


def settle(problems: Iterable[Deviation], mode: Mode) -> tuple[Deviation, ...]:
    """Return the deviations that ``mode`` tolerates; raise `MalformedError` for the first that it does not."""
    deviations = tuple(problems)
    for problem in deviations:
        if mode is Mode.STRICT or problem.rule not in TOLERATED:
            raise MalformedError(problem.pointer, problem.expected, problem.found)
    return deviations

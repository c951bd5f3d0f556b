"""Documents of others, where they are at hand: each event is captured by the party that its own identifiers name.

The parties hold demo keys in the operator's custody; events that name nobody by a GS1 key go to a party of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ledger.cli.client import Client
from ledger.codec.jcs import canonicalize
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.domain.verdict import Outcome
from ledger.domain.verify import Verifier
from ledger.epcis.documents import complete_events
from ledger.epcis.identifiers import gs1_key_digits
from ledger.errors import ConflictError
from ledger.types import JsonObject, JsonValue
from scripts.demo import story
from scripts.demo.cast import Actor
from scripts.demo.honest import require
from scripts.demo.stage import Stage

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "epcis-event-hash"
PREFIX_DIGITS = 7
_NEW: dict[tuple[JsonValue, JsonValue], tuple[str, ...]] = {
    ("ObjectEvent", "ADD"): ("epcList", "quantityList"),
    ("AggregationEvent", "ADD"): ("parentID",),
    ("TransformationEvent", None): ("outputEPCList", "outputQuantityList"),
}
"""What an event brings into being: only the holder of that company prefix may."""
_NAMING = ("readPoint", "bizLocation", "sourceList", "parentID", "epcList", "childEPCs", "inputEPCList", "quantityList")
NOBODY = Actor("unnamed sender", "DEMO Sender of unnamed documents", "seller", "CN", "9529999", "", custodial=True)


def play(stage: Stage, folder: Path = FOLDER) -> None:
    """Capture every event of every document in the folder, and check every receipt."""
    story.title("Documents of others")
    documents = sorted(folder.glob("*.jsonld"))
    if not documents:
        story.line("None at hand; skipped.")
        return
    digests: list[tuple[Client, str]] = []
    for document in documents:
        events = [placed.event for placed in complete_events(parse(document.read_bytes(), MAX_DOCUMENT_BYTES))]
        captured = [_capture(stage, event) for event in events if isinstance(event, dict)]
        digests += [one for one in captured if one is not None]
        story.line(f"{document.name}: {sum(one is not None for one in captured)} of {len(events)} events captured")
    _check(stage, digests)


def _check(stage: Stage, digests: list[tuple[Client, str]]) -> None:
    stage.wait_until_final()
    root = stage.trust_root()
    verifier = Verifier(root)
    for client, digest in digests:
        require(
            verifier.verify_receipt(client.get(f"/receipts/{digest}?view=whole"), stage.service.clock()),
            Outcome.VERIFIED,
        )
    story.line(f"{len(digests)} receipts, all verified against a trust root as of block {root.as_of.block}.")


def _capture(stage: Stage, event: JsonObject) -> tuple[Client, str] | None:
    """Return who captured the event and its digest, ``None`` for an event that stands in another document too."""
    speaker = _speaker(event)
    if speaker.word not in stage.players:
        stage.players[speaker.word] = stage.admit(speaker.name, speaker.role, speaker.jurisdiction, speaker)
    client = stage.players[speaker.word].client
    try:
        result = client.post("/events", canonicalize(event), {"Validation-Mode": "lenient"})
    except ConflictError:
        return None
    return client, str(result["eventDigest"])


def _speaker(event: JsonObject) -> Actor:
    """Return the party that the event names: by what it brings into being, by place and party, or else by its items."""
    prefix = next((digits[:PREFIX_DIGITS] for text in _texts(event) if (digits := gs1_key_digits(text))), None)
    if prefix is None:
        return NOBODY
    return replace(NOBODY, word=f"party {prefix}", name=f"DEMO party of company prefix {prefix}", prefix=prefix)


def _texts(event: JsonObject) -> Iterator[str]:
    for name in (*_NEW.get((event.get("type"), event.get("action")), ()), *_NAMING):
        yield from _strings(event.get(name))


def _strings(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)

"""The event hash ID of CBV 2.0, and of the draft of CBV 2.1: ``ni:///sha-256;<hex>?ver=CBV2.0``.

An identifier for interoperability, not evidence: the pre-hash has no separators, so different events can share it, and
it leaves out ``eventID``, ``recordTime``, ``errorDeclaration`` and ``certificationInfo``. What is signed is another
digest. "CBV2.0" alone does not name one function either, as the published values changed: keep the tag of `RULE_SETS`
beside each value.

The versions differ in two things. 2.0 writes the extensions of read points, locations and sensor elements in a block
behind ``ilmd``, each under its parents' names, in the order of the standard; 2.1 leaves them where they stand. 2.1
writes ``sensorElementList`` before the first sensor element.

An absent or empty member, and null, are nothing. Refused with `MalformedError`: what no rule covers, such as an object
where a value belongs. Any parsed JSON object yields one or the other. Nothing is dereferenced: the draft's expansion of
code values in ``gs1:masterDataAvailableFor`` needs a context that is not shipped, so these are taken as written.

Left to others: the members' order (`hash_fields`) and form (`hash_writers`), values (`canonical`), `validation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from ledger.epcis.canonical import Namespaces
from ledger.epcis.context import merge_context
from ledger.epcis.found import found_kind
from ledger.epcis.hash_fields import EVENT_FIELDS
from ledger.epcis.hash_writers import SILENT_MEMBERS, Run, write_extensions, write_known
from ledger.errors import MalformedError
from ledger.types import JsonObject, JsonValue

CbvVersion: TypeAlias = Literal["2.0", "2.1"]

RULE_SETS: Final[Mapping[CbvVersion, str]] = {"2.0": "CBV2.0/2026", "2.1": "CBV2.1-draft/2026"}
"""Which reading of the rules made a value, to be stored beside it. Any change of output is a new tag."""

RULE_SET: Final = RULE_SETS["2.0"]
"""The tag of the default version."""

_NOT_HASHED: Final = SILENT_MEMBERS | {"type", "eventID", "recordTime", "errorDeclaration", "certificationInfo"}


def pre_hash(event: JsonObject, context: JsonValue = None, cbv: CbvVersion = "2.0") -> str:
    """Return the string that is hashed. ``context`` is the document's; the event's own is honoured as well."""
    event_type = event.get("type")
    if not isinstance(event_type, str):
        raise MalformedError("/type", "the type of the event", found_kind(event_type))
    names = Namespaces(merge_context(context, event.get("@context")))
    run = Run(names, cbv == "2.1")
    fields, gathered = write_known(event, EVENT_FIELDS, run)
    extensions = write_extensions(event, EVENT_FIELDS, _NOT_HASHED, run)
    return f"eventType={event_type.strip()}{fields}{gathered}{extensions}"


def event_hash(event: JsonObject, context: JsonValue = None, cbv: CbvVersion = "2.0") -> str:
    """Return the CBV event hash ID (RFC 6920 ``ni`` URI) of ``event`` under the rules of `RULE_SETS` for ``cbv``."""
    text = pre_hash(event, context, cbv).encode("utf-8", "surrogatepass")
    return f"ni:///sha-256;{sha256(text).hexdigest()}?ver=CBV{cbv}"

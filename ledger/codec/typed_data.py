"""The digest of a typed-data document, as any wallet computes it: ``encode`` of EIP-712 over the document itself.

For flat structs of the types that this project signs: ``string``, ``address``, ``bytes32`` and the unsigned integers.
Whoever lets another sign a document checks the answer against this digest, of exactly what it asked for. The digests
of statements and key bindings on the hot path are packed by `statement` and `key_binding`, without a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.codec.hex_strict import decode_hex
from ledger.codec.json_shape import array, closed_object, open_object, string, whole_number
from ledger.codec.keccak import keccak256
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonObject, JsonValue

DOMAIN = "EIP712Domain"

_WORD_BYTES, _ADDRESS_BYTES = 32, 20
_UINT = re.compile("uint([1-9][0-9]{0,2})")
_MEMBERS = frozenset({"types", "primaryType", "domain", "message"})


def typed_data_hash(document: JsonObject) -> Hash32:
    """Return the digest that is signed; refuse a document with other types, or that does not fit its own types."""
    members = closed_object(document, "", _MEMBERS)
    types = open_object(members["types"], "/types")
    primary = string(members["primaryType"], "/primaryType")
    domain = _hash_struct(DOMAIN, types, members["domain"], "/domain")
    return keccak256(b"\x19\x01" + domain + _hash_struct(primary, types, members["message"], "/message"))


def _hash_struct(name: str, types: Mapping[str, JsonValue], value: JsonValue, pointer: str) -> Hash32:
    kinds = _members_of(name, types)
    values = closed_object(value, pointer, frozenset(kinds))
    declared = f"{name}({','.join(f'{kind} {member}' for member, kind in kinds.items())})"  # encodeType
    words = (_word(kind, values[member], f"{pointer}/{member}") for member, kind in kinds.items())
    return keccak256(keccak256(declared.encode()) + b"".join(words))


def _members_of(name: str, types: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the types of a struct's members, in their order."""
    pointer = f"/types/{name}"
    members = array(types.get(name), pointer)
    found: dict[str, str] = {}
    for place, entry in enumerate(members):
        member = closed_object(entry, f"{pointer}/{place}", frozenset({"name", "type"}))
        found[string(member["name"], f"{pointer}/{place}/name")] = string(member["type"], f"{pointer}/{place}/type")
    if len(found) != len(members):
        raise MalformedError(pointer, "members of different names", "one twice")
    return found


def _word(kind: str, value: JsonValue, pointer: str) -> bytes:
    """Return a value as ``encodeData`` writes it: 32 bytes."""
    match kind:
        case "string":
            return keccak256(_utf8(string(value, pointer), pointer))
        case "bytes32":
            return decode_hex(value, _WORD_BYTES, pointer)
        case "address":
            return decode_hex(value, _ADDRESS_BYTES, pointer).rjust(_WORD_BYTES, b"\0")
    bits = _UINT.fullmatch(kind)
    if bits is None or int(bits[1]) > 256 or int(bits[1]) % 8:
        raise MalformedError(pointer, "string, address, bytes32 or uint8 to uint256", "another type")
    return whole_number(value, pointer, (1 << int(bits[1])) - 1).to_bytes(_WORD_BYTES, "big")


def _utf8(text: str, pointer: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise MalformedError(pointer, "Unicode text", "a lone surrogate") from None

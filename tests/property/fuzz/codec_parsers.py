"""The parsers of `ledger.codec`: JSON, notes and what they say, tiles, statements, signatures, role views."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from ledger.codec import strict_json
from ledger.codec.base64_strict import decode_base64
from ledger.codec.checkpoint import format_checkpoint, parse_checkpoint
from ledger.codec.disclosure import event_digest
from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.jcs import canonicalize
from ledger.codec.json_shape import open_object
from ledger.codec.merkle import root_from_inclusion_proof, verify_consistency
from ledger.codec.note import format_verifier_key, open_note, parse_verifier_key
from ledger.codec.promise import format_promise, parse_promise
from ledger.codec.signature import address_of, recover
from ledger.codec.statement import statement_from_json, statement_to_json
from ledger.codec.tiles import decode_bundle, encode_bundle, format_path, parse_path
from ledger.codec.views import digest_of_view, shown_event
from ledger.types import Hash32, JsonObject, Seed
from tests.property.fuzz.parser import Parser, of_json, of_text, written
from tests.property.fuzz.seeds import EVENTS, RECEIPTS, WORDS, as_json, notes, trust_root, trust_roots, vectors

KEYS = (parse_verifier_key(vectors("promise")["verifierKey"]), *(log.key for log in trust_root().logs))
WIDTH = 3
NUMBERS = b"[0, 1, -1, 1.5, 1e-7, 9007199254740991, 0.1, 1e15, 123456789012345680]"


def _sources(data: bytes) -> dict[str, Any]:
    return {name: (value, source) for name, (value, source) in strict_json.members_with_source(data).items()}


def _write_sources(members: dict[str, Any]) -> bytes:
    return b"{" + b",".join(canonicalize(name) + b":" + source for name, (_, source) in members.items()) + b"}"


def _jcs_of_any_json(data: bytes) -> bytes:
    """JCS of what a lenient reader reads: it may be deeper, larger and odder than strict JSON lets through."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):  # no JSON at all
        return b"null"
    return canonicalize(value)


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def _inclusion(data: bytes) -> Hash32:
    index, size = int.from_bytes(data[:8], "big"), int.from_bytes(data[8:16], "big")
    leaf, *proof = _hashes(data[16:].ljust(32, b"\0"))
    return root_from_inclusion_proof(index, size, leaf, proof)


def _consistency(data: bytes) -> None:
    size1, size2 = int.from_bytes(data[:8], "big"), int.from_bytes(data[8:16], "big")
    root1, root2, *proof = *_hashes(data[16:80].ljust(64, b"\0")), *_hashes(data[80:])
    verify_consistency(size1, size2, proof, root1, root2)


def _proof_seeds(kind: str, *members: str) -> tuple[bytes, ...]:
    found = [each for each in vectors("merkle")[kind] if each["verdict"] == "valid"][4:12]
    return tuple(_proof_seed(each, *members) for each in found)


def _proof_seed(each: dict[str, Any], first: str, second: str, *hashes: str) -> bytes:
    sizes = int(each[first]).to_bytes(8, "big") + int(each[second]).to_bytes(8, "big")
    return sizes + b"".join(bytes.fromhex(text[2:]) for text in [*(each[name] for name in hashes), *each["proof"]])


def _view(view: Any) -> JsonObject:
    digest_of_view(view)
    return shown_event(view)


VIEWS = [each["view"] for event in vectors("disclosure")["events"] for each in event["views"]]
STATEMENTS = tuple(as_json(each["statement"]) for each in vectors("statement")["statements"])
DIGEST = Hash32(bytes.fromhex(vectors("statement")["statements"][0]["eip712Hash"][2:]))
SIGNATURES = tuple(bytes.fromhex(each["signature"][2:]) for each in vectors("statement")["statements"])
PATHS = ("tile/0/000", "tile/0/x001/234.p/5", "tile/entries/x123/x456/789", "tile/63/000.p/255")

CODEC = (
    Parser("strict JSON", strict_json.parse, (*RECEIPTS, *trust_roots(), NUMBERS), dump=canonicalize),
    Parser("members with their source", _sources, (*RECEIPTS, b'{"a" : 1.50 ,"\\u00e9":[ ]}'), dump=_write_sources),
    Parser("JCS of any JSON", _jcs_of_any_json, (*RECEIPTS, NUMBERS)),
    Parser("hex", of_text(lambda text: decode_hex(text, 32)), (written("0x" + "ab" * 32),),
           dump=lambda data: written(encode_hex(data)), canonical=True),
    Parser("base64", of_text(lambda text: decode_base64(text, "base64")), (b"", b"AA==", b"AAA=", b"q83v"),
           dump=b64encode, canonical=True),
    Parser("note", lambda data: open_note(data, KEYS), notes()),
    Parser("verifier key", of_text(parse_verifier_key), (written(format_verifier_key(KEYS[0])),),
           dump=lambda key: written(format_verifier_key(key)), canonical=True),
    Parser("checkpoint", of_text(parse_checkpoint), (written(notes()[1].decode().rpartition("\n\n")[0] + "\n"),),
           dump=lambda checkpoint: written(format_checkpoint(checkpoint)), canonical=True),
    Parser("promise", of_text(parse_promise), tuple(written(each["text"]) for each in vectors("promise")["promises"]),
           dump=lambda promise: written(format_promise(promise)), canonical=True),
    Parser("tile path", of_text(parse_path), tuple(map(written, PATHS)),
           dump=lambda file: written(format_path(file)), canonical=True),
    Parser("entry bundle", lambda data: decode_bundle(data, WIDTH),
           (encode_bundle([b"a" * 32, b"", b"c"]), encode_bundle([bytes(300)] * WIDTH)),
           dump=encode_bundle, canonical=True),
    Parser("inclusion proof", _inclusion, _proof_seeds("inclusion", "leafIndex", "treeSize", "leafHash")),
    Parser("consistency proof", _consistency, _proof_seeds("consistency", "size1", "size2", "root1", "root2")),
    Parser("statement", of_json(statement_from_json), STATEMENTS, dump=lambda it: as_json(statement_to_json(it))),
    Parser("signature", lambda data: recover(DIGEST, data), SIGNATURES),
    Parser("public key", address_of, (b"\x02" + bytes(31) + b"\x01",)),
    Parser("role view", of_json(_view), tuple(map(as_json, VIEWS))),
    Parser("event to be digested", of_json(lambda value: event_digest(open_object(value, ""), Seed(bytes(32)))),
           tuple(map(as_json, EVENTS))),
    Parser("hex of its own length", of_text(lambda text: decode_hex(text, len(text) // 2 - 1)),
           tuple(map(written, WORDS))),
)  # fmt: skip
"""All of them."""

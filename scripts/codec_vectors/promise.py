"""The cases of tests/vectors/promise.json: texts in the specification's words, and one note around a text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.codec.note import VerifierKey, format_verifier_key, sign_note
from scripts.codec_vectors.case import ORIGIN, Case, digest, word


def promise_case(name: str, origin: str = ORIGIN, leaf_index: int = 17, deadline: int = 1795338000) -> Case:
    """Return a promise with the text that makes it."""
    record = b64encode(digest("record")).decode()
    return {
        "name": name,
        "origin": origin,
        "logId": word("log id"),
        "leafIndex": str(leaf_index),
        "record": record,
        "deadline": str(deadline),
        "text": f"{origin}/promise\n{word('log id')}\n{leaf_index}\n{record}\n{deadline}\n",
    }


def bad_promises() -> Iterator[Case]:
    """Yield one text per fault."""
    lines = promise_case("")["text"].split("\n")[:-1]
    faults: dict[str, tuple[int, str]] = {
        "checkpoint-origin": (0, ORIGIN),
        "origin-empty": (0, "/promise"),
        "origin-control-character": (0, "log\tx/promise"),
        "suffix-of-other-case": (0, f"{ORIGIN}/Promise"),
        "log-id-31-bytes": (1, "0x" + "11" * 31),
        "log-id-upper-case": (1, "0x" + "AA" * 32),
        "log-id-without-0x": (1, "11" * 32),
        "leaf-index-leading-zero": (2, "017"),
        "leaf-index-negative": (2, "-17"),
        "leaf-index-plus-sign": (2, "+17"),
        "leaf-index-empty": (2, ""),
        "leaf-index-2^64": (2, str(2**64)),
        "leaf-index-arabic-indic-digit": (2, "\u0661"),
        "record-31-bytes": (3, b64encode(bytes(31)).decode()),
        "record-unpadded": (3, lines[3].rstrip("=")),
        "record-stray-bits": (3, "A" * 42 + "B="),
        "record-in-hex": (3, "0x" + "11" * 32),
        "deadline-fraction": (4, "1795338000.5"),
        "deadline-leading-space": (4, " 1795338000"),
        "deadline-2^64": (4, str(2**64)),
    }
    for name, (at, line) in faults.items():
        yield {"name": name, "text": "".join(f"{each}\n" for each in [*lines[:at], line, *lines[at + 1 :]])}
    yield {"name": "line-missing", "text": "".join(f"{each}\n" for each in lines[:4])}
    yield {"name": "line-left-over", "text": "".join(f"{each}\n" for each in [*lines, "0"])}
    yield {"name": "last-line-not-ended", "text": "\n".join(lines)}
    yield {"name": "carriage-returns", "text": "".join(f"{each}\r\n" for each in lines)}
    yield {"name": "empty", "text": ""}


def vectors() -> Case:
    """Return the content of promise.json."""
    key = Ed25519PrivateKey.from_private_bytes(digest("log key"))
    public_key = key.public_key().public_bytes_raw()
    good = promise_case("signed")
    return {
        "format": "tradeledger-vectors/promise/1",
        "about": "Promises, docs/spec.md §6.1: the text of the note, and one note. Indexes and times are decimal "
        "strings, for they pass 2^53.",
        "verifierKey": format_verifier_key(VerifierKey(ORIGIN, public_key)),
        "note": sign_note(good["text"], ORIGIN, key.sign, public_key).decode(),
        "promises": [
            promise_case("signed"),
            promise_case("first-index", leaf_index=0, deadline=0),
            promise_case("last-index", leaf_index=2**64 - 1, deadline=2**64 - 1),
            promise_case("origin-in-chinese", "\u8bb0\u5f55.example.org"),
            promise_case("origin-that-ends-alike", f"{ORIGIN}/promise"),
        ],
        "badPromises": [*bad_promises()],
    }

"""C2SP signed-note: text signed by one or more keys, and the two signature types that a log and its witnesses use.

A note is text that ends in a newline, an empty line, and signature lines ``— <key name> <base64 of key id and
signature>``. Verified are Ed25519 signatures of the text (type 0x01) and timestamped cosignatures (type 0x04, C2SP
tlog-cosignature); a signature by a key that was not given is kept aside as unverified. What the text means is left to
the caller, and how many witnesses are enough; signing, to the callback of whoever holds the key.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.codec.base64_strict import decode_base64
from ledger.errors import MalformedError, SignatureError, TooLargeError
from ledger.types import UnixTime

MAX_NOTE_BYTES = 1_000_000
"""As in the Go implementation: room for a hundred signatures of any kind."""

MAX_SIGNATURES = 100
"""As in the Go implementation; the specification asks for at least 16."""

_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_TIMESTAMP_BYTES = 8
_MAX_TIMESTAMP = 2**63 - 1  # C2SP tlog-cosignature, Format

_OUTSIDE_NOTE = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters but newline, and no UTF-8
_KEY_ID = re.compile("[0-9a-f]{8}")
_KEY_NAME = re.compile("[^\\s+\x00-\x1f\ud800-\udfff]+")  # no Unicode space, plus sign, or character outside a note
_SIGNATURE_LINE = re.compile(f"— ({_KEY_NAME.pattern}) ([A-Za-z0-9+/]+=*)")


_KEPT_KEYS = 64
"""Keys kept ready: a verifier meets the same few logs and witnesses again and again."""


class SignatureType(IntEnum):
    """The first byte of an encoded key."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that may have signed a note: its name, the type of its signatures, and 32 bytes of Ed25519 public key."""

    name: str
    public_key: bytes
    signature_type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise MalformedError("", "a key name without spaces and plus signs", "another text")
        if len(self.public_key) != _KEY_BYTES:
            raise MalformedError("", f"a public key of {_KEY_BYTES} bytes", f"{len(self.public_key)} bytes")

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, stand for this key in a signature line."""
        return _key_id(self.name, self.encoded)

    @property
    def encoded(self) -> bytes:
        """The signature type and the public key, as verifier keys carry them and key ids hash them."""
        return bytes([self.signature_type]) + self.public_key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line. ``timestamp`` is when a verified cosignature says it was made."""

    name: str
    key_id: bytes
    signature: bytes
    timestamp: UnixTime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note at least one of whose signatures was verified; ``unverified`` ones are by keys that were not given."""

    text: str
    signatures: tuple[NoteSignature, ...]
    unverified: tuple[NoteSignature, ...] = ()


def parse_verifier_key(text: str) -> VerifierKey:
    """Return the key that ``<name>+<key id in hex>+<base64 of type and key>`` stands for (C2SP signed-note)."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = decode_base64(encoded, "the base64 of a signature type and a public key")
    if not _KEY_ID.fullmatch(key_id) or key[:1] not in (b"\x01", b"\x04"):
        raise MalformedError("", "a verifier key of type 0x01 or 0x04", "another text")
    verifier_key = VerifierKey(name, key[1:], SignatureType(key[0]))
    if verifier_key.key_id.hex() != key_id:
        raise MalformedError("", f"the key id {verifier_key.key_id.hex()} of this name and key", key_id)
    return verifier_key


def format_verifier_key(key: VerifierKey) -> str:
    """Return the text that `parse_verifier_key` reads."""
    return f"{key.name}+{key.key_id.hex()}+{b64encode(key.encoded).decode()}"


def open_note(note: bytes, keys: Sequence[VerifierKey]) -> Note:
    """Return the note if at least one signature by ``keys`` verifies and none fails.

    Any one of ``keys`` is enough: open a note with the key that must have signed it, and again with its witnesses'.
    """
    text, lines = _split(note)
    known = _by_name_and_id(keys)
    signatures: list[NoteSignature] = []
    unverified: list[NoteSignature] = []
    for line in lines:
        signature = _parse_signature(line)
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unverified.append(signature)
        else:
            signatures.append(_verify(text, signature, key))
    if not signatures:
        raise SignatureError("no signature by a known key", ", ".join(key.name for key in keys), "other keys")
    return Note(text, tuple(signatures), tuple(unverified))


def sign_note(text: str, name: str, sign: Callable[[bytes], bytes], public_key: bytes) -> bytes:
    """Return the note of ``text`` with the Ed25519 signature that ``sign`` makes with the key of that name."""
    key_id = _own_key_id(name, public_key)
    if not text.endswith("\n") or _OUTSIDE_NOTE.search(text):
        raise MalformedError("", "text that ends in a newline, without control characters", "another text")
    body = text.encode("utf-8")
    signature = sign(body)
    if len(signature) != _SIGNATURE_BYTES:
        raise SignatureError("not an Ed25519 signature", f"{_SIGNATURE_BYTES} bytes", f"{len(signature)} bytes")
    return body + f"\n— {name} {b64encode(key_id + signature).decode()}\n".encode()


@lru_cache(maxsize=_KEPT_KEYS)
def _key_id(name: str, encoded: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + encoded).digest()[:_KEY_ID_BYTES]


@lru_cache(maxsize=_KEPT_KEYS)
def _own_key_id(name: str, public_key: bytes) -> bytes:
    """Return the key id of an Ed25519 key of good form; a log signs every promise with the same one."""
    return VerifierKey(name, public_key).key_id


@lru_cache(maxsize=_KEPT_KEYS)
def _loaded(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)


def _split(note: bytes) -> tuple[str, list[str]]:
    """Return the text and the signature lines of a note, parted by its last empty line."""
    if len(note) > MAX_NOTE_BYTES:
        raise TooLargeError("", f"a note of at most {MAX_NOTE_BYTES} bytes", f"{len(note)} bytes")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("", "UTF-8", f"something else at byte {error.start}") from None
    if _OUTSIDE_NOTE.search(whole):
        raise MalformedError("", "no control character but newline", "another control character")
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise MalformedError("", "text, an empty line, and whole signature lines", "another form")
    signature_lines = lines[:-1].split("\n")
    if len(signature_lines) > MAX_SIGNATURES:
        raise TooLargeError("", f"at most {MAX_SIGNATURES} signatures", f"{len(signature_lines)} signatures")
    return text + "\n", signature_lines


def _by_name_and_id(keys: Sequence[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise MalformedError("", "keys that differ in name or key id", f"two keys {key.name}+{key.key_id.hex()}")
    return known


def _parse_signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise MalformedError("", "an em dash, a key name and the base64 of a signature", "another line")
    signature = decode_base64(match[2], "the base64 of a signature")
    if len(signature) <= _KEY_ID_BYTES:
        raise MalformedError("", "a key id and a signature", f"{len(signature)} bytes")
    return NoteSignature(match[1], signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:])


def _verify(text: str, line: NoteSignature, key: VerifierKey) -> NoteSignature:
    """Return the signature with its timestamp if it has one; refuse a signature that is not by ``key``."""
    message, signature, timestamp = text.encode("utf-8"), line.signature, None
    if key.signature_type is SignatureType.COSIGNATURE:
        timestamp = UnixTime(int.from_bytes(signature[:_TIMESTAMP_BYTES], "big"))
        message = b"cosignature/v1\ntime %d\n" % timestamp + message  # C2SP tlog-cosignature, Ed25519 signed message
        signature = signature[_TIMESTAMP_BYTES:]
    try:
        _loaded(key.public_key).verify(signature, message)
    except InvalidSignature:
        raise SignatureError("note not signed by the key it names", f"a signature by {key.name}", "another") from None
    if timestamp is not None and timestamp > _MAX_TIMESTAMP:
        raise SignatureError("cosignature with a time out of range", "a time up to 2^63-1", str(timestamp))
    return NoteSignature(line.name, line.key_id, line.signature, timestamp)

"""C2SP signed notes: notes signed by other implementations, cosignatures, and one refusal per fault."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.codec.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    SignatureType,
    VerifierKey,
    format_verifier_key,
    open_note,
    parse_verifier_key,
    sign_note,
)
from ledger.errors import LedgerError, MalformedError, SignatureError, TooLargeError

# The note, keys and signatures of the documentation of golang.org/x/mod/sumdb/note.
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = PRIVATE_KEY.public_key().public_bytes_raw()
NAME = "example.com/log"
KEY = VerifierKey(NAME, PUBLIC_KEY)
WITNESS = VerifierKey("witness.example.com/w1", PUBLIC_KEY, SignatureType.COSIGNATURE)


def note_of(*lines: str, text: str = TEXT) -> bytes:
    return (text + "\n" + "".join(line + "\n" for line in lines)).encode()


def line_of(key: VerifierKey, signature: bytes, key_id: bytes | None = None) -> str:
    return f"— {key.name} {b64encode((key_id or key.key_id) + signature).decode()}"


def cosign(text: str, timestamp: int, claimed: int | None = None) -> str:
    """Return the line of a C2SP tlog-cosignature, written out from its specification."""
    signature = PRIVATE_KEY.sign(f"cosignature/v1\ntime {timestamp}\n{text}".encode())
    return line_of(WITNESS, (timestamp if claimed is None else claimed).to_bytes(8, "big") + signature)


SIGNED = sign_note(TEXT, NAME, PRIVATE_KEY.sign, PUBLIC_KEY)
SIGNED_LINE = SIGNED.decode().splitlines()[-1]


def test_a_note_of_another_implementation_opens() -> None:
    note = open_note(note_of(NEUMANN_LINE, ENOCH_LINE), [parse_verifier_key(NEUMANN)])
    assert note.text == TEXT
    assert [each.name for each in note.signatures] == ["PeterNeumann"]
    assert [each.name for each in note.unverified] == ["EnochRoot"]
    both = open_note(note_of(NEUMANN_LINE, ENOCH_LINE), [parse_verifier_key(ENOCH), parse_verifier_key(NEUMANN)])
    assert [each.name for each in both.signatures] == ["PeterNeumann", "EnochRoot"]
    assert both.unverified == ()


@pytest.mark.parametrize("text", [NEUMANN, ENOCH, format_verifier_key(KEY), format_verifier_key(WITNESS)])
def test_a_verifier_key_is_written_as_it_was_read(text: str) -> None:
    assert format_verifier_key(parse_verifier_key(text)) == text


def test_a_signed_note_opens() -> None:
    note = open_note(SIGNED, [KEY])
    assert (note.text, note.unverified) == (TEXT, ())
    assert note.signatures[0].timestamp is None


@pytest.mark.parametrize(
    "text", ["\n", "a\n", "a\n\nb\n", "a\n\n", "\n\n\n", "— looks like a signature\n", "好\n", "\x7f\n"]
)
def test_the_text_may_hold_empty_lines(text: str) -> None:
    assert open_note(sign_note(text, NAME, PRIVATE_KEY.sign, PUBLIC_KEY), [KEY]).text == text


@pytest.mark.parametrize("timestamp", [0, 1_679_315_147, 2**63 - 1])
def test_a_cosignature_is_verified_with_its_time(timestamp: int) -> None:
    note = open_note(note_of(SIGNED_LINE, cosign(TEXT, timestamp)), [KEY, WITNESS])
    assert [each.timestamp for each in note.signatures] == [None, timestamp]


def test_a_signature_type_is_part_of_the_key() -> None:
    assert KEY.key_id != VerifierKey(NAME, PUBLIC_KEY, SignatureType.COSIGNATURE).key_id


def test_a_signature_of_a_namesake_is_kept_aside() -> None:
    namesake = VerifierKey(NAME, bytes(32))
    note = open_note(note_of(line_of(namesake, bytes(64)), SIGNED_LINE), [KEY])
    assert [each.key_id for each in note.unverified] == [namesake.key_id]


def test_as_many_signatures_as_the_limit_are_read() -> None:
    note = open_note(note_of(*[SIGNED_LINE] * MAX_SIGNATURES), [KEY])
    assert len(note.signatures) == MAX_SIGNATURES


BAD_SIGNATURES = {
    "no known key": note_of(NEUMANN_LINE),
    "wrong text": note_of(SIGNED_LINE, text=TEXT + "more\n"),
    "flipped bit": note_of(line_of(KEY, bytes(64))),
    "short signature": note_of(line_of(KEY, PRIVATE_KEY.sign(TEXT.encode())[:63])),
    "long signature": note_of(line_of(KEY, PRIVATE_KEY.sign(TEXT.encode()) + b"\x00")),
    "one good, one bad": note_of(SIGNED_LINE, line_of(KEY, bytes(64))),
    "good one by an unknown key id": note_of(line_of(KEY, PRIVATE_KEY.sign(TEXT.encode()), b"none")),
    "cosignature for another time": note_of(SIGNED_LINE, cosign(TEXT, 1, claimed=2)),
    "cosignature of another text": note_of(SIGNED_LINE, cosign("other\n", 1)),
    "cosignature time beyond 63 bits": note_of(SIGNED_LINE, cosign(TEXT, 2**63)),
    "cosignature without signature": note_of(SIGNED_LINE, line_of(WITNESS, bytes(8))),
    "cosignature torn": note_of(SIGNED_LINE, line_of(WITNESS, bytes(3))),
    "plain signature under the cosignature key": note_of(
        SIGNED_LINE, line_of(WITNESS, PRIVATE_KEY.sign(TEXT.encode()))
    ),
}


@pytest.mark.parametrize("fault", BAD_SIGNATURES)
def test_a_note_with_a_bad_signature_is_refused(fault: str) -> None:
    with pytest.raises(SignatureError):
        open_note(BAD_SIGNATURES[fault], [KEY, WITNESS])


MALFORMED_NOTES = {
    "empty": b"",
    "text only": TEXT.encode(),
    "no empty line": (TEXT + SIGNED_LINE + "\n").encode(),
    "no signature": (TEXT + "\n").encode(),
    "no final newline": SIGNED[:-1],
    "text after the signatures": SIGNED + b"more\n",
    "empty line after the signatures": SIGNED + b"\n",
    "no text": (SIGNED_LINE + "\n").encode(),
    "carriage returns": SIGNED.replace(b"\n", b"\r\n"),
    "tab in the text": note_of(SIGNED_LINE, text="a\tb\n"),
    "NUL in the text": note_of(SIGNED_LINE, text="a\x00b\n"),
    "not UTF-8": b"\xff" + SIGNED,
    "hyphen for the dash": SIGNED.replace("—".encode(), b"-"),
    "no space after the dash": SIGNED.replace("— ".encode(), "—".encode()),
    "two spaces": SIGNED.replace("— ".encode(), "—  ".encode()),
    "no key name": note_of("— " + SIGNED_LINE.split()[2]),
    "plus in the key name": note_of(SIGNED_LINE.replace(NAME, "a+b")),
    "no-break space in the key name": note_of(SIGNED_LINE.replace(NAME, "a\u00a0b")),
    "no signature bytes": note_of(line_of(KEY, b"")),
    "torn key id": note_of(f"— {NAME} {b64encode(b'abc').decode()}"),
    "no padding": note_of(SIGNED_LINE.rstrip("=")),
    "too much padding": note_of(SIGNED_LINE + "="),
    "URL alphabet": note_of(f"— {NAME} ____AAAA"),
    "stray bits in base64": note_of(f"— {NAME} AAAAAAF="),
    "space after the signature": note_of(SIGNED_LINE + " "),
}


@pytest.mark.parametrize("fault", MALFORMED_NOTES)
def test_a_malformed_note_is_refused(fault: str) -> None:
    with pytest.raises(MalformedError):
        open_note(MALFORMED_NOTES[fault], [KEY])


def test_a_note_beyond_the_limits_is_refused() -> None:
    with pytest.raises(TooLargeError):
        open_note(note_of(*[SIGNED_LINE] * (MAX_SIGNATURES + 1)), [KEY])
    with pytest.raises(TooLargeError):
        open_note(b"x" * MAX_NOTE_BYTES + SIGNED, [KEY])


def test_two_keys_of_one_name_and_id_are_refused() -> None:
    class Twin(VerifierKey):
        @property
        def key_id(self) -> bytes:
            return KEY.key_id

    with pytest.raises(MalformedError):
        open_note(SIGNED, [KEY, Twin(NAME, bytes(32))])
    open_note(SIGNED, [KEY, KEY])


MALFORMED_KEYS = {
    "empty": "",
    "name only": "EnochRoot",
    "no key": "EnochRoot+af0cfe78+",
    "no name": ENOCH.removeprefix("EnochRoot"),
    "another name": ENOCH.replace("Enoch", "Enock"),
    "space in the name": ENOCH.replace("Enoch", "Enoch "),
    "another key id": ENOCH.replace("af0c", "af0d"),
    "upper-case key id": ENOCH.replace("af0cfe78", "AF0CFE78"),
    "short key id": ENOCH.replace("af0cfe78", "0cfe78"),
    "unknown type": f"x+{'0' * 8}+{b64encode(bytes([2]) + PUBLIC_KEY).decode()}",
    "short key": f"x+{'0' * 8}+{b64encode(bytes([1]) + PUBLIC_KEY[:31]).decode()}",
    "long key": f"x+{'0' * 8}+{b64encode(bytes([1]) + PUBLIC_KEY + bytes(1)).decode()}",
    "no type": f"x+{'0' * 8}+",
    "not base64": ENOCH.replace("ATtq", "AT*q"),
    "newline at the end": ENOCH + "\n",
}


@pytest.mark.parametrize("fault", MALFORMED_KEYS)
def test_a_malformed_verifier_key_is_refused(fault: str) -> None:
    with pytest.raises(MalformedError):
        parse_verifier_key(MALFORMED_KEYS[fault])


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "return\r\n", "lone \ud800\n"])
def test_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedError):
        sign_note(text, NAME, PRIVATE_KEY.sign, PUBLIC_KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x00", "\ud800"])
def test_a_name_that_no_key_can_have_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        VerifierKey(name, PUBLIC_KEY)


def test_what_the_signer_gives_must_be_a_signature() -> None:
    with pytest.raises(SignatureError):
        sign_note(TEXT, NAME, lambda message: b"", PUBLIC_KEY)


def test_every_flipped_byte_of_a_note_is_refused() -> None:
    for at in range(len(SIGNED)):
        with pytest.raises(LedgerError):
            open_note(SIGNED[:at] + bytes([SIGNED[at] ^ 1]) + SIGNED[at + 1 :], [KEY])


def test_the_published_signature_is_read_whole() -> None:
    note = open_note(note_of(NEUMANN_LINE), [parse_verifier_key(NEUMANN)])
    line = note.signatures[0]
    assert line.key_id + line.signature == b64decode(NEUMANN_LINE.split()[2])

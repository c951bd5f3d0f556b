"""Notes, checkpoints, paths and bundles for any input: what is written is read again, anything else is a refusal."""

from __future__ import annotations

from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from ledger.codec.merkle import MAX_TREE_SIZE
from ledger.codec.note import VerifierKey, open_note, parse_verifier_key, sign_note
from ledger.codec.tiles import MAX_INDEX, BundleId, TileId, decode_bundle, encode_bundle, format_path, parse_path
from ledger.errors import BadEvidenceError, RequestRefusedError
from ledger.types import Hash32

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC_KEY = PRIVATE_KEY.public_key().public_bytes_raw()
KEY = VerifierKey("example.com/log", PUBLIC_KEY)

LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]))
TEXTS = st.lists(LINES, min_size=1).map(lambda lines: "\n".join(lines) + "\n")
PIECES = st.sampled_from(["a", "\n", "\n\n", "— ", "example.com/log", " ", "AAAAAAAA", "+", "=", "1", "\r", "\x00"])


@given(TEXTS)
def test_a_signed_text_opens_as_itself(text: str) -> None:
    assert open_note(sign_note(text, KEY.name, PRIVATE_KEY.sign, PUBLIC_KEY), [KEY]).text == text


@given(st.lists(PIECES).map("".join) | st.text(), st.binary())
def test_any_input_is_read_or_refused(text: str, data: bytes) -> None:
    for note in (text.encode(errors="surrogatepass"), data):
        with suppress(BadEvidenceError, RequestRefusedError):
            open_note(note, [KEY])
    for parse in (parse_checkpoint, parse_verifier_key, parse_path):
        with suppress(RequestRefusedError):
            parse(text)
    with suppress(RequestRefusedError):
        decode_bundle(data, 3)


@given(
    LINES.filter(bool), st.integers(1, MAX_TREE_SIZE), st.binary(min_size=32, max_size=32), st.lists(LINES.filter(bool))
)
def test_a_checkpoint_is_read_as_written(origin: str, tree_size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, tree_size, Hash32(root), tuple(extensions))
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(st.integers(0, 63), st.integers(0, MAX_INDEX) | st.integers(0, 2000), st.integers(1, 256))
def test_a_path_is_read_as_written(level: int, index: int, width: int) -> None:
    for file in (TileId(level, index, width), BundleId(index, width)):
        assert parse_path(format_path(file)) == file


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_is_read_as_written(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries

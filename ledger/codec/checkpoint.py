"""C2SP tlog-checkpoint: the text by which a log commits to its tree.

Three lines, the origin (the log's unique name), the tree size in decimal and the root hash in base64, then extension
lines if any. A checkpoint comes as the text of a signed note, which `open_note` (of `note`, offered here too) opens.
Whether the origin is that of the log that was meant, and whether the root is that of its leaves, is left to the
caller.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from ledger.codec.base64_strict import decode_base64
from ledger.codec.merkle import EMPTY_ROOT, HASH_BYTES, MAX_TREE_SIZE
from ledger.codec.note import open_note
from ledger.errors import MalformedError
from ledger.types import Hash32

__all__ = ["Checkpoint", "format_checkpoint", "open_note", "parse_checkpoint"]

_LINE = re.compile("[^\x00-\x1f\ud800-\udfff]+")
_TREE_SIZE = re.compile("0|[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: a tree size and its root hash, under the log's origin."""

    origin: str
    tree_size: int
    root_hash: Hash32
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_LINE.fullmatch(line) for line in (self.origin, *self.extensions)):
            raise MalformedError("", "an origin and extensions of one line each, not empty", "another text")
        if not 0 <= self.tree_size <= MAX_TREE_SIZE:
            raise MalformedError("", "a tree size from 0 to 2^64-1", "another number")
        if len(self.root_hash) != HASH_BYTES:
            raise MalformedError("", f"a root hash of {HASH_BYTES} bytes", f"{len(self.root_hash)} bytes")
        if self.tree_size == 0 and self.root_hash != EMPTY_ROOT:
            raise MalformedError("", "the root hash of the empty tree at size 0", "another root hash")


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note states; refuse any spelling but that of `format_checkpoint`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "":
        raise MalformedError("", "three or more whole lines", "another form")
    origin, tree_size, root_hash, *extensions = lines
    if not _TREE_SIZE.fullmatch(tree_size):
        raise MalformedError("", "a tree size in decimal", "another second line")
    root = decode_base64(root_hash, "a root hash in base64")
    return Checkpoint(origin, int(tree_size), Hash32(root), tuple(extensions))


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text of the note that states ``checkpoint``."""
    root_hash = b64encode(checkpoint.root_hash).decode()
    return "\n".join([checkpoint.origin, str(checkpoint.tree_size), root_hash, *checkpoint.extensions, ""])

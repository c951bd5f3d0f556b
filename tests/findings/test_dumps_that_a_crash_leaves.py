"""Each crash in the middle of a dump, and each attempt on a full disk, left a whole state of the chain behind."""

from __future__ import annotations

import gzip
import resource
import secrets
from pathlib import Path

import pytest

from ledger.adapters.devnet_state import DevnetFolder
from ledger.errors import ChainUnavailableError
from ledger.ports import Block
from ledger.types import Hash32, UnixTime

BLOCK = Block(7, Hash32(b"\x07" * 32), UnixTime(1_790_000_000))
DUMP = gzip.compress(b'{"state":"' + secrets.token_hex(4096).encode() + b'"}')


def test_the_next_dump_removes_what_is_not_named(tmp_path: Path) -> None:
    for left in ("state-3-0a0b0c0d.json", "state-4-0a0b0c0d.json.new"):
        (tmp_path / left).write_bytes(b"{}")
    folder = DevnetFolder(tmp_path)
    folder.keep(DUMP, BLOCK)
    durable = folder.durable()
    folder.close()
    assert durable is not None
    assert [path.name for path in tmp_path.glob("state-*")] == [durable.file.name]


def test_a_dump_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    folder = DevnetFolder(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        with pytest.raises(ChainUnavailableError, match="cannot be kept"):
            folder.keep(DUMP, BLOCK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        folder.close()
    assert list(tmp_path.glob("state-*")) == []

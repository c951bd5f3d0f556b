"""A restore broke off on Python 3.11.2, whose ``tarfile`` has no ``data_filter`` yet."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from ledger.adapters.backup_file import _within


def test_it_needs_nothing_that_came_later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    assert _within(tmp_path, "log/tile/0/000") == tmp_path / "log" / "tile" / "0" / "000"


@pytest.mark.parametrize("name", ["../ledger.db", "/etc/passwd", "log/../../ledger.db"])
def test_it_still_writes_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(tarfile.TarError):
        _within(tmp_path, name)

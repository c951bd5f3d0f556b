"""Where a log is copied from, and the folder that it is copied into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ledger.ports.store import LogFile, TileStore


class LogSource(Protocol):
    """A log's public static files, in C2SP tlog-tiles layout, somewhere else."""

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the file at a path below the log's prefix, ``None`` where there is none.

        `NoAnswerError` where the source does not answer, or with more than ``limit`` bytes.
        """


class MirrorFolder(TileStore, Protocol):
    """The files of a mirror."""

    def kept(self, file: LogFile) -> Iterator[tuple[LogFile, bytes]]:
        """Yield every form in which a tile or bundle is kept, of any width, with its bytes."""

    def keep_evidence(self, name: str, data: bytes) -> str:
        """Keep a file beside the log, whole and durable; return where it stands. The same name again is harmless."""

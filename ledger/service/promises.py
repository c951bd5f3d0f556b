"""The log's promise for an index (spec §6.1): a note that names a record, its place, and by when it is anchored.

The same record at the same index captured at the same time has the same promise for ever: it can be given again.
"""

from __future__ import annotations

from ledger.codec.note import sign_note
from ledger.codec.promise import Promise, format_promise
from ledger.ports import LogSigner
from ledger.types import Hash32, LogId, UnixTime


class Promises:
    """Makes the promises of one log. ``delay`` is how many seconds after capture a record is anchored at the latest."""

    def __init__(self, origin: str, log_id: LogId, signer: LogSigner, delay: int) -> None:
        self._origin = origin
        self._log_id = log_id
        self._signer = signer
        self._delay = delay

    def note(self, leaf_index: int, record: Hash32, captured_at: UnixTime) -> str:
        """Return the promise; only for a record that stands there durably."""
        deadline = UnixTime(captured_at + self._delay)
        text = format_promise(Promise(self._origin, self._log_id, leaf_index, record, deadline))
        return sign_note(text, self._origin, self._signer.sign, self._signer.public_key).decode()

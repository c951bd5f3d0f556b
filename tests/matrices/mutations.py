"""The mutation matrix: every lie about every base receipt, and the check that catches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.domain.verification import Verification
from tests.matrices import lies_event, lies_file, lies_log, lies_signer
from tests.matrices.lies import BASES, Base, Lie

LIES = (*lies_event.LIES, *lies_signer.LIES, *lies_log.LIES, *lies_file.LIES)


@dataclass(frozen=True)
class Run:
    """One lie about one base, and what the verifier made of it."""

    lie: Lie
    base: Base
    verification: Verification

    @property
    def is_caught(self) -> bool:
        return self.lie.is_caught_in(self.verification, self.base)

    @property
    def is_believed(self) -> bool:
        """Whether the verdict is as good as that of the truth."""
        return self.verification.outcome.value == "verified"


def runs_of(lie: Lie) -> Iterator[Run]:
    """Yield the lie told about every base that gives occasion for it."""
    for base in BASES:
        files = lie.tell(base)
        if files is not None:
            yield Run(lie, base, files.verified())

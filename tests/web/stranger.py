"""Both verifiers, asked the same question: the second one in a long-lived Node process, this package's in here."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ledger.domain.breach import verify_breach
from ledger.domain.trust_root import TrustRoot, parse_trust_root
from ledger.domain.verify import Verifier, verify_files
from ledger.errors import LedgerError
from ledger.types import UnixTime
from tests.web.node import NODE

WORKER = Path(__file__).with_name("worker.mjs")
Answer = dict[str, Any]


class Stranger:
    """The second verifier. A process ends when its input does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([NODE, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)

    def ask(self, op: str, **request: Any) -> Answer:
        """Return the worker's answer to one request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"op": op, **request}).encode() + b"\n")
        self._process.stdin.flush()
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer

    def verify(self, receipt: bytes, trust_root: bytes, now: int) -> Answer:
        return self.ask("verify", receipt=_base64(receipt), trustRoot=_base64(trust_root), now=now)

    def breach(self, breach: bytes, trust_root: bytes, now: int) -> Answer:
        return self.ask("breach", breach=_base64(breach), trustRoot=_base64(trust_root), now=now)


class Native:
    """This package's verifier, in the words of the vectors; a trust root is read once."""

    def __init__(self) -> None:
        self._verifiers: dict[bytes, Verifier | None] = {}

    def verify(self, receipt: bytes, trust_root: bytes, now: int) -> Answer:
        verifier = self._verifier(trust_root)
        when = UnixTime(now)
        found = verifier.verify_receipt(receipt, when) if verifier else verify_files(receipt, trust_root, when)
        return {
            "outcome": found.outcome.value,
            "checks": [check.finding.status.value for check in found.checks],
            "warnings": sorted({warning.key.removeprefix("warning.") for warning in found.warnings}),
            "custodian": found.signer.custodian if found.signer else None,
            "details": [check.finding for check in found.checks if check.finding.status.value != "VALID"],
        }

    def breach(self, breach: bytes, trust_root: bytes, now: int) -> Answer:
        root = _trust_root(trust_root)
        if root is None:
            return {"outcome": "could-not-check"}
        found = verify_breach(breach, root, UnixTime(now))
        return {"outcome": found.outcome.value, "details": found}

    def _verifier(self, trust_root: bytes) -> Verifier | None:
        if trust_root not in self._verifiers:
            if len(self._verifiers) > 100:
                self._verifiers.clear()
            root = _trust_root(trust_root)
            self._verifiers[trust_root] = None if root is None else Verifier(root)
        return self._verifiers[trust_root]


def _trust_root(data: bytes) -> TrustRoot | None:
    try:
        return parse_trust_root(data)
    except LedgerError:
        return None


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def warn(text: str) -> None:
    """Show progress to whoever runs a long form."""
    sys.stderr.write(text + "\n")

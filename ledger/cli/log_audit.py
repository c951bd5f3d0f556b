"""``tradeledger log audit``: everything that a home holds, re-hashed and re-checked against a trust root."""

from __future__ import annotations

import argparse
import json
import os
import time
from functools import partial
from pathlib import Path

from ledger.adapters.durable import replace_file
from ledger.adapters.sql.evidence import HomeEvidence
from ledger.bootstrap.home import Home
from ledger.cli.output import Bar, print_json, read_input
from ledger.cli.settings import config_from
from ledger.domain.audit import FORMAT, AuditReport
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.trusted import TrustRoot
from ledger.domain.verdict import exit_code
from ledger.errors import MalformedError, NoAnswerError, RequestRefusedError
from ledger.service.audit.run import Ears, Order, audit
from ledger.types import JsonObject, UnixTime


def run(arguments: argparse.Namespace) -> int:
    """Audit the home, telling what is found; the exit code is the outcome's, as of a receipt."""
    trust_root = _read_trust_root(arguments.trust_root)
    config = config_from(arguments)
    if not config.home_path.is_dir():
        raise MalformedError("/home", "the folder of a service", "none")
    home = Home(config)
    order = Order(
        open_evidence=partial(HomeEvidence, home.database, home.log),
        trust_root=trust_root,
        now=UnixTime(int(time.time())),
        jobs=arguments.jobs or os.cpu_count() or 1,
    )
    state = Path(arguments.resume) if arguments.resume else None
    before = read_input(str(state)) if state is not None and state.exists() else None
    with Bar("audited") as bar:
        report = audit(order, _ears(arguments.format, state, bar), before)
    _print(report, arguments.format)
    return exit_code(report.outcome, require_final=False)


def _read_trust_root(path: str) -> TrustRoot:
    try:
        return parse_trust_root(read_input(path))
    except RequestRefusedError as refusal:
        raise NoAnswerError(f"the trust root cannot be used: {refusal}") from None


def _ears(form: str, state: Path | None, bar: Bar) -> Ears:
    def line(kind: str, value: JsonObject) -> None:
        if form == "jsonl":
            print(json.dumps({"format": FORMAT, "type": kind, **value}), flush=True)

    return Ears(
        fault=lambda fault: line("fault", fault.as_json()),
        erased=lambda erased: line("erased", erased.as_json()),
        progress=bar.show,
        state=lambda data: replace_file(state, data) if state is not None else None,
    )


def _print(report: AuditReport, form: str) -> None:
    match form:
        case "json":
            print_json(report.as_json())
        case "jsonl":
            print(json.dumps({"type": "report", **report.as_json()}))
        case _:
            print(report.in_words(), end="")

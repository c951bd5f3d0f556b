"""The page that shows ``docs/gas.json`` to people."""

from __future__ import annotations

from typing import Any

GOAL_MEDIAN, GOAL_WORST = 66_000, 100_000

_ACTS = {
    "deploy PartyRegistry": "deploy the `PartyRegistry`",
    "accreditAuthority": "accredit the authority of a jurisdiction",
    "accreditParty": "accredit a party",
    "grantRole": "grant a role",
    "addKey": "bind a key, with its proof of possession",
    "claimPrefix": "claim a company prefix (the first)",
    "rotateKey": "rotate a key",
    "declareCompromise": "declare a key compromised",
    "revokeKey": "revoke a key",
    "beginRecovery": "begin a recovery",
    "completeRecovery": "complete a recovery",
    "releasePrefix": "release a company prefix",
    "revokeRole": "revoke a role",
    "endAccreditation": "end an accreditation",
    "checkStatement": "check a signed statement (signature, key, standing, role)",
}
_CUSTODY = {
    "deploy CustodyLedger": ("deploy the `CustodyLedger`", None),
    "open": ("open a consignment", 120_000),
    "offer": ("offer a handover", 75_000),
    "accept": ("accept it", 65_000),
    "handOver": ("both, with both signatures, in one transaction", 100_000),
    "refuse": ("refuse an offer", None),
    "withdraw": ("withdraw an offer", None),
    "split": ("open a consignment from a part of another", None),
    "merge": ("open one from two others", None),
    "transform": ("open one made out of another", None),
    "reportLoss": ("report a loss", None),
    "reportDestruction": ("report a destruction", None),
    "end": ("end a consignment", None),
}
_REGISTRATION = ("accreditParty", "grantRole", "addKey", "claimPrefix")


def page(figures: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    parts = (_head(figures), _anchors(figures["anchors"]), _acts(figures["acts"]), _custody(figures["custody"]))
    return "\n\n".join(parts) + "\n"


def _head(figures: dict[str, Any]) -> str:
    return f"""# Gas

Made by `make gas`; `python -m scripts.gas --check` measures again and allows one per cent. Each figure is the `gasUsed`
of a receipt, so it holds the 21,000 of the transaction and its calldata: {figures["node"]}, hard fork
{figures["hardFork"]}, with the cap of EIP-7825; contracts by solc {figures["compiler"]}.
The machine-readable table is [gas.json](gas.json)."""


def _anchors(anchors: dict[str, Any]) -> str:
    steady, worst, daily = anchors["steady"], anchors["worst"], anchors["firstOfDay"]
    rows = [
        _row("batch", "slot", "anchors", "median", "worst", "most hashes", "per event"),
        _row("---:", "---", "---:", "---:", "---:", "---:", "---:"),
        *(_batch(batch, "used before", row) for batch, row in anchors["steadyByBatch"].items()),
        *(_batch(batch, "fresh", row) for batch, row in anchors["firstLapByBatch"].items()),
        _batch("any", "first of a day", daily),
    ]
    return f"""## An anchor at a million leaves

A real tree of {anchors["leaves"]:,} records and more; every anchor proves consistency with the one before
(RFC 9162 §2.1.4) and keeps its head. The ring's slots are fresh for the first 1,024 anchors of a log and used before
from then on; the first head of a day always takes a fresh one, and is measured here at sizes that take most hashes.

- Median of a log in operation: **{steady["median"]:,}** (goal {GOAL_MEDIAN:,}).
- Worst of all: **{worst["worst"]:,}**, with {worst["mostHashes"]} hashes (goal {GOAL_WORST:,}).
- First head of a log, without a proof: {anchors["firstEver"]:,}. Opening a log: {anchors["openLog"]:,}.

{chr(10).join(rows)}

Showing on chain that a record is in such a head, by a transaction that calls `includes` and nothing else: median
{anchors["inclusion"]["median"]:,}, worst {anchors["inclusion"]["worst"]:,}."""


def _acts(acts: dict[str, int]) -> str:
    rows = [_row("act", "gas"), _row("---", "---:"), *(_row(_ACTS[name], f"{gas:,}") for name, gas in acts.items())]
    registering = sum(acts[name] for name in _REGISTRATION)
    return f"""## The registry

Registering a party with one role, one key and one prefix takes four transactions and **{registering:,}** gas.

{chr(10).join(rows)}"""


def _custody(custody: dict[str, int]) -> str:
    rows = [_row("act", "gas", "goal"), _row("---", "---:", "---:")]
    for name, gas in custody.items():
        words, goal = _CUSTODY[name]
        rows.append(_row(words, f"{gas:,}", f"{goal:,}" if goal else ""))
    return f"""## Custody

Each act is a party's signed statement, submitted by anybody: its signature, key, standing and role are checked. The
work does not grow with the history of a consignment. Parties have held and taken before; quantities, commitments to
contents, seals and condition are of full width.

{chr(10).join(rows)}"""


def _batch(batch: str, slot: str, row: dict[str, Any]) -> str:
    size = f"{int(batch):,}" if batch.isdecimal() else batch
    per_event = f"{row['perEvent']:,}" if "perEvent" in row else ""
    numbers = (f"{row[name]:,}" for name in ("anchors", "median", "worst", "mostHashes"))
    return _row(size, slot, *numbers, per_event)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

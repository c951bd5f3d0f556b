"""``python -m tests.matrices``: both matrices, run now, as tables in Markdown with their counts."""

# ruff: noqa: T201  printing is its work

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.adapters.devnet import Devnet
from ledger.domain.checks import CheckId
from ledger.domain.messages import MESSAGES
from tests.adapters.chains import anvil_world
from tests.matrices import lies_chain, verifier_faults
from tests.matrices.fault_world import Ending, FaultWorld
from tests.matrices.faults import ONE_NODE, TRANSPORT, TWO_NODES, Row
from tests.matrices.lies import BASES, Lie
from tests.matrices.mutations import LIES, runs_of

NUMBERS = {check.slug: check.number for check in CheckId}
ABOUT = f"""# Two matrices

What a liar may change and what may fail, one row each, as `python -m tests.matrices` ran and printed it. The same rows
are tests (`tests/matrices/`).

## Lies

A lie is told about genuine receipts: {len(BASES)} bases ({"; ".join(base.name for base in BASES)}), where a base gives
occasion for it. It is **missed** when another check than the one named is the first to fail, or the verdict is another
one, and **believed** when the verdict is "verified". Numbers in brackets are those of
[spec.md §10](spec.md#10-verification).
"""
ABOUT_CHAIN = """
### Lies to the chain, and by it

On a real anvil with both registries and a log of two anchored heads.
"""
ABOUT_FAULTS = """
## Faults

A proxy between real clients and a real node or service does the fault. Whoever asks meanwhile must end in "could not
check" (exit 3) with a reason and a next step, write no file, and change no queue; anything else is a **false verdict**.
A lie of one node that contradicts itself nowhere is found by a second node alone: those rows run with two.
"""


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def total(words: str) -> None:
    print(f"\n**{words}**")


def lies() -> int:
    """Print the mutation matrix; return how many lies were missed or believed."""
    rows, count, missed, believed = [], 0, 0, 0
    for lie in LIES:
        runs = [*runs_of(lie)]
        wrong, fell_for = sum(not run.is_caught for run in runs), sum(run.is_believed for run in runs)
        rows.append([lie.sentence, lie.told_by, caught_by(lie), lie.outcome, len(runs), wrong])
        count, missed, believed = count + len(runs), missed + wrong, believed + fell_for
    print(table(["the lie", "told by", "caught by", "verdict", "runs", "missed"], rows), end="")
    total(f"{len(LIES)} rows, {count} runs, missed {missed}, believed {believed}.")
    return missed + believed


def caught_by(lie: Lie) -> str:
    sentence = re.sub(r"\{.*?\}", "…", MESSAGES["en"][lie.reason])
    return f"[{NUMBERS[lie.check]}] `{lie.reason}`: {sentence}"


def chain_lies(folder: Path) -> int:
    """Print the lies that need a chain; return how many were missed."""
    rows, missed = [], 0
    with Devnet(folder / "chain") as devnet:
        for lie in lies_chain.LIES:
            with anvil_world(devnet) as world:
                is_caught = lie.words in lie.caught(lies_chain.Anchored(world))
            rows.append([lie.sentence, lie.told_by, lie.caught_by, f"`{lie.words}`", int(not is_caught)])
            missed += not is_caught
    print(ABOUT_CHAIN)
    print(table(["the lie", "told by", "caught by", "in the words", "missed"], rows), end="")
    total(f"{len(rows)} rows, {len(rows)} runs, missed {missed}.")
    return missed


def faults(folder: Path) -> int:
    """Print the fault matrix; return how many verdicts were false."""
    print(ABOUT_FAULTS)
    world = FaultWorld(folder)
    try:
        parts = (
            ("The node, or the service", [*TRANSPORT], False),
            ("The node", [*ONE_NODE], False),
            ("One node of two", [*TWO_NODES], True),
        )
        return sum(part(world, title, rows, of_two=of_two) for title, rows, of_two in parts) + verifier()
    finally:
        world.close()


def part(world: FaultWorld, title: str, rows: Sequence[Row], *, of_two: bool) -> int:
    printed, count, false = [], 0, 0
    for row in rows:
        endings = [world.ask(row, who, of_two=of_two) for who in row.asked]
        wrong = sum(not ending.could_not_check or row.reason not in ending.words for ending in endings)
        printed.append([row.sentence, ", ".join(row.asked), shortest(endings), len(endings), wrong])
        count, false = count + len(endings), false + wrong
    print(f"### {title}\n")
    print(table(["the fault", "asked meanwhile", "the reason given", "runs", "false"], printed), end="")
    total(f"{len(rows)} rows, {count} runs, false verdicts {false}.")
    print()
    return false


def shortest(endings: Sequence[Ending]) -> str:
    """Return the shortest of the reasons given, without ports, ids and hashes, which are other ones each time."""
    words = min((ending.words for ending in endings), key=len)
    told = (words.partition("could not be done now: ")[2] or words).partition(". This says")[0]
    told = told.partition(": node 1")[0].partition(", first block")[0]
    return re.sub(r"0x[0-9a-f]{40,}", "0x…", re.sub(r"127\.0\.0\.1:\d+", "…", re.sub(r"id \d{2,}", "id …", told)))


def verifier() -> int:
    """Print the faults of what a verifier brings; return how many verdicts were false."""
    rows, count, false = [], 0, 0
    for row in verifier_faults.ROWS:
        endings = verifier_faults.endings_of(row)
        wrong = sum(ending.outcome in ("verified", "mismatch", "signer-unknown") for _, ending in endings)
        rows.append([row.sentence, row.outcome, MESSAGES["en"][row.next_action], len(endings), wrong])
        count, false = count + len(endings), false + wrong
    print("### The verifier\n")
    print(table(["the fault", "verdict", "the next step named", "runs", "false"], rows), end="")
    total(f"{len(rows)} rows, {count} runs, false verdicts {false}.")
    return false


def chapters(folder: Path) -> Iterator[int]:
    print(ABOUT)
    yield lies()
    yield chain_lies(folder)
    yield faults(folder)


def run() -> int:
    """Print everything; exit with 1 when a lie was missed or a verdict was false."""
    with TemporaryDirectory() as folder:
        return 1 if sum(chapters(Path(folder))) else 0


if __name__ == "__main__":
    sys.exit(run())

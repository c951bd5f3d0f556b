"""``python -m tests.crash``: the whole crash matrix, as a table.

Each row runs ``--rounds`` times. It ends with 1 if anything was lost, doubled, reordered, unprovable or otherwise not
as promised; the home of such a run stays in ``--folder`` to be looked at.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp

from tests.crash.invariants import COLUMNS
from tests.crash.matrix import Outcome, make_matrix, names
from tests.crash.table import ROWS

WIDTH = max(len(row.sentence) for row in ROWS.values())


def main() -> int:
    """Run the rows asked for, print the table, and return the exit code."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # no victim outlives this
    folder = Path(mkdtemp(prefix="crash-", dir=arguments.folder))
    matrix, outcomes, rows = make_matrix(folder), [], arguments.rows or names()
    _say(f"{'row':<{WIDTH}}  runs  deaths  {'  '.join(COLUMNS)}  seconds")
    for name in rows:
        of_row = [matrix.run(name, folder) for _ in range(arguments.rounds)]
        outcomes += of_row
        _say(_line(ROWS[name].sentence, of_row))
        for sentence in (sentence for outcome in of_row for sentence in outcome.sentences):
            _say(f"    {sentence}")
    _say(_line(f"{len(rows)} rows", outcomes))
    if arguments.json:
        rows = [{"sentence": ROWS[outcome.row].sentence, **asdict(outcome)} for outcome in outcomes]
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 1 if any(outcome.sentences for outcome in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often each row is run")
    parser.add_argument("--rows", nargs="+", choices=names(), metavar="ROW", help=f"of {', '.join(names())}")
    parser.add_argument("--json", type=Path, help="file to write every run to")
    parser.add_argument(
        "--folder", type=Path, help="where the folder of the homes is made (default: the temporary one)"
    )
    return parser


def _line(title: str, outcomes: Sequence[Outcome]) -> str:
    deaths, seconds = sum(each.deaths for each in outcomes), sum(each.seconds for each in outcomes)
    counts = (f"{sum(len(each.found[column]) for each in outcomes):>{len(column)}}" for column in COLUMNS)
    return f"{title:<{WIDTH}}  {len(outcomes):>4}  {deaths:>6}  {'  '.join(counts)}  {seconds:>7.1f}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

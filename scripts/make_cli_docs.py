"""Write docs/cli.md from the parsers themselves; ``--check`` fails when the file differs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ledger.cli import COMMANDS, overview, parser_of
from ledger.cli.client import add_service
from ledger.cli.node import add_node
from ledger.cli.output import add_format
from ledger.cli.settings import add_home

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
INTRODUCTION = """# The command line

From nothing to a verified receipt: [first-receipt.md](first-receipt.md).

Data goes to standard output; progress to standard error, and only where a person watches. Every setting is a flag, an
environment variable (`TRADELEDGER_ANCHOR_SECONDS`), a line in `config.toml` of the home folder, or a default, the first
that is there; `tradeledger config show` prints each with its origin.

Made from the parsers by `scripts/make_cli_docs.py`.
"""
HEADING = "| argument | meaning |\n|---|---|"


def text() -> str:
    """Return the whole file."""
    sections = [section for command in COMMANDS for section in _sections(parser_of(command), 2)]
    shared = f"## Arguments of several commands\n\n{_table([_row(action) for action in SHARED.values()])}"
    return "\n".join([INTRODUCTION, f"```\n{overview()}\n```\n", *sections, shared])


def _shared() -> dict[str, argparse.Action]:
    """Return the arguments that commands have in common, by their name."""
    parser = argparse.ArgumentParser(add_help=False)
    for add in (add_home, add_format, add_service, add_node):
        add(parser)
    return {action.dest: action for action in parser._actions}  # noqa: SLF001  argparse has no other way


SHARED = _shared()


def _sections(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    """Yield a section for a command, and one for each of its actions that has arguments of its own."""
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]  # noqa: SLF001
    parts = [action for action in actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    common = [action for action in actions if action.help == getattr(SHARED.get(action.dest), "help", "")]
    rows = [_row(action) for action in actions if action not in (*parts, *common)]
    description = parser.description or ""
    yield "\n".join([
        f"{'#' * level} {parser.prog}\n\n{description[:1].upper()}{description[1:]}.\n",
        *([_table(rows)] if rows else []),
        *([f"And: {', '.join(f'`{action.option_strings[0]}`' for action in common)}.\n"] if common else []),
    ])  # fmt: skip
    for part in parts:
        for inner in part.choices.values():
            yield from _sections(inner, level + 1)


def _table(rows: list[str]) -> str:
    return "\n".join([HEADING, *rows, ""])


def _row(action: argparse.Action) -> str:
    takes = action.option_strings and action.nargs != 0
    value = f" {action.metavar or action.dest.upper().replace('_', '-')}" if takes else ""
    name = f"`{', '.join(action.option_strings) or action.dest}{value}`"
    choices = f": {', '.join(map(str, action.choices))}" if action.choices is not None else ""
    needed = " (required)" if action.required and action.option_strings else ""
    return f"| {name} | {(action.help or '').replace('|', '&#124;')}{choices}{needed} |"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(text(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text():
        sys.exit("docs/cli.md is stale: run python -m scripts.make_cli_docs")

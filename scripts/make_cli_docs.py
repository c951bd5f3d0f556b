"""Write docs/cli.md from the parsers themselves; ``--check`` fails when the file differs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ledger.cli import COMMANDS, overview, parser_of

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"


def text() -> str:
    """Return the whole file."""
    os.environ["COLUMNS"] = "100"
    parts = ["# The command line\n\nMade from the parsers by `scripts/make_cli_docs.py`.\n", _block(overview())]
    for command in COMMANDS:
        parts.append(f"## tradeledger {command}\n\n{_block(parser_of(command).format_help())}")
    return "\n".join(parts)


def _block(content: str) -> str:
    return f"```\n{content.rstrip()}\n```\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(text(), encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text():
        sys.exit("docs/cli.md is stale: run python -m scripts.make_cli_docs")

"""``tradeledger restore``: a backup becomes a new home, once the chain has proved it."""

from __future__ import annotations

import argparse
from pathlib import Path

from ledger.bootstrap.restore import restore
from ledger.bootstrap.service import system_clock
from ledger.cli.exits import Exit
from ledger.cli.output import add_format, print_rows, progress, warn
from ledger.cli.settings import settings_of
from ledger.codec.hex_strict import encode_hex
from ledger.config import Config, config_of
from ledger.domain.fields import write_date_time


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("file", metavar="FILE", help="backup to put back")
    parser.add_argument("--home", required=True, help="folder to make the home: none of this name yet, or an empty one")
    chain = "JSON-RPC URL of a node to prove it against (default: the backup's setting, or its development chain)"
    parser.add_argument("--chain-url", metavar="URL", help=chain)
    parser.add_argument("--finality", help="as for `tradeledger up`")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Put the backup back, and say how far it reaches."""

    def settings(home: Path) -> Config:
        return config_of(settings_of(argparse.Namespace(**{**vars(arguments), "home": str(home)})))

    target = Path(arguments.home).expanduser()
    progress("unpacking, proving against the chain …")
    restored = restore(Path(arguments.file), target, settings, system_clock)
    subject, reach = restored.manifest.subject, restored.reach
    if reach.beyond:
        lost = f"{reach.beyond[-1].tree_size} records, of which the copy has {reach.records}"
        warn(f"the chain holds a head of {lost}: the rest is lost unless a newer copy, or a mirror, has it")
    warn("what was promised after the backup was taken is not in it: the copy is read, and captures nothing")
    row = {
        "log": encode_hex(subject.log_id),
        "madeAt": write_date_time(subject.made_at),
        "records": reach.records,
        "checkpoints": reach.checkpoints,
        "heads": len(reach.heads),
        "headsBeyond": len(reach.beyond),
    }
    print_rows([row], tuple(row), arguments.format)
    print_next(target, subject.origin)
    return Exit.OK


def print_next(home: Path, origin: str) -> None:
    """Say what makes the copy serve again."""
    warn(f"next: put the password file back (by default {home / 'password'}), then `tradeledger up --home {home}`")
    if origin != Config().origin:
        warn(f"the log's origin is {origin}: name it to `tradeledger up`, unless config.toml does")

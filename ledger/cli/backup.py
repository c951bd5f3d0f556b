"""``tradeledger backup``: all of a home in one checked file, while its service runs or stands still."""

from __future__ import annotations

import argparse
from pathlib import Path

from ledger.bootstrap.backup import back_up
from ledger.bootstrap.service import system_clock
from ledger.cli.exits import Exit
from ledger.cli.output import add_format, print_rows, progress, warn
from ledger.cli.settings import add_home, config_from
from ledger.codec.hex_strict import encode_hex
from ledger.domain.fields import write_date_time


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("file", metavar="FILE", help="new file to write, outside the home")
    parser.add_argument("--origin", help="name of the log, where `tradeledger up` was given one")
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the backup, check it, and say what it is good for."""
    config, path = config_from(arguments), Path(arguments.file)
    progress("copying and checking …")
    manifest = back_up(config, path, system_clock)
    password = config.password_file or config.home_path / "password"
    warn(f"the password that opens its keys is NOT in it: keep a copy of {password} somewhere else")
    row = {
        "log": encode_hex(manifest.subject.log_id),
        "records": manifest.subject.tree_size,
        "madeAt": write_date_time(manifest.subject.made_at),
        "files": len(manifest.files),
        "bytes": path.stat().st_size,
    }
    print_rows([row], tuple(row), arguments.format)
    return Exit.OK

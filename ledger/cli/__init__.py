"""The command ``tradeledger``: data on stdout, progress and refusals on stderr, one exit code per kind of ending.

Each command is a module with ``configure(parser)`` and ``run(arguments) -> int``, imported only when it is called, so
that the commands a verifier needs run where nothing but the verifier is installed.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from ledger import __version__
from ledger.cli.exits import Exit, exit_of, refusal_text
from ledger.errors import LedgerError

COMMANDS: dict[str, str] = {
    "up": "start the service (and, without a chain URL, a development chain) and keep it running",
    "party": "accredit parties, grant roles, claim company prefixes, list who is registered",
    "key": "make, list, register, rotate, revoke and recover signing keys; make API keys",
    "capture": "hand in an EPCIS document or event, or sign and hand in with an own key",
    "receipt": "fetch the receipt of an event, whole or as a role view",
    "verify": "check a receipt, or a breach file, against a trust root, without a network",
    "trace": "show where an item comes from and went, step by step, with the custody checks",
    "watch": "see that promises are kept, and make a breach file of each that is not",
    "trust": "export a trust root from a node that you trust",
    "log": "show the log's parameters, checkpoint and tiles; audit it, erase the values of an event",
    "custody": "state an act about a consignment, show who holds it, put a logged act to the contract",
    "mirror": "copy a log, checked, and prove from the copy for a service that is gone",
    "epcis": "hash and check EPCIS documents",
    "contracts": "compare deployed contracts with their source",
    "backup": "copy all of a home into one checked file, while its service runs or stands still",
    "restore": "make a backup a home again, once the chain has proved it",
    "config": "show every setting and where it comes from",
}

SERVICE_NEEDED = "this command needs the service: pip install 'tradeledger[service]'"
DEBUG = "TRADELEDGER_DEBUG"
"""Set, this environment variable shows where an unforeseen error came from."""

INTERRUPTED, BROKEN_PIPE = 130, 141
"""128 and the signal, as shells report it: SIGINT, SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (`ledger.cli.exits`)."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a narrow terminal is no reason to fail
    try:
        code = _start(words)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        _say_no_more(sys.stdout)
        return BROKEN_PIPE
    except OSError:  # what is to be said cannot be written (a full disk): the code alone says so, and no verdict
        _say_no_more(sys.stdout, sys.stderr)
        return Exit.COULD_NOT_CHECK
    return code


def _say_no_more(*streams: TextIO) -> None:
    """Let what is left go nowhere: else the interpreter fails over it at the end, with a code of its own."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def overview() -> str:
    """Return the text of ``tradeledger --help``."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    exits = [f"  {code.value:>2}  {code.meaning}" for code in Exit]
    return "\n".join(
        ["usage: tradeledger COMMAND [options]    (tradeledger COMMAND --help)", "", *lines, "", "exit codes:", *exits]
    )


def parser_of(command: str) -> argparse.ArgumentParser:
    """Return the parser of one command, as its help shows it."""
    module = import_module(f"ledger.cli.{command}")
    parser = argparse.ArgumentParser(prog=f"tradeledger {command}", description=COMMANDS[command])
    module.configure(parser)
    return parser


def _start(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(overview())
    elif words[0] == "--version":
        print(f"tradeledger {__version__}")
    elif words[0] in COMMANDS:
        return _run(words[0], words[1:])
    else:
        return _refuse(f"no command {words[0]!r}; see tradeledger --help", Exit.USAGE)
    return Exit.OK


def _run(command: str, words: list[str]) -> int:
    try:
        arguments = parser_of(command).parse_args(words)
        return int(import_module(f"ledger.cli.{command}").run(arguments))
    except SystemExit as ending:  # argparse: help printed, or wrong usage
        return int(ending.code or Exit.OK)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  the last that can put it into one line
        return _tell(error)


def _tell(error: Exception) -> int:
    """Say in one line what went wrong, and return the exit code that says so too."""
    match error:
        case LedgerError():
            return _refuse(refusal_text(error), exit_of(error))
        case UnicodeEncodeError() if "\udc80" <= error.object[error.start] <= "\udcff":  # so Python reads such a word
            return _refuse("refused: an argument, or a variable of the environment, is not UTF-8", Exit.USAGE)
        case OSError():
            text = f"could not be done now: {error.filename or 'a file'}: {error.strerror}"
            return _refuse(text, Exit.COULD_NOT_CHECK)
        case ModuleNotFoundError(name=str(name)) if name.partition(".")[0] not in ("ledger", "api"):
            return _refuse(f"{SERVICE_NEEDED} ({name} is not installed)", Exit.USAGE)
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    return _refuse(f"a fault of this software: {type(error).__name__} ({DEBUG}=1 shows where)", Exit.INTERNAL)


def _refuse(text: str, code: Exit) -> int:
    print(f"tradeledger: {text}", file=sys.stderr)
    return code

"""``tradeledger watch``: how the promises stand that a client received; each broken one becomes one breach file.

The trust root is a file, or is read anew each round from a node that its user trusts. Of the log itself nothing is
needed; where its public files can be read, they show whether the promised record stands where it was promised.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ledger.adapters.breach_folder import BreachFolder
from ledger.adapters.served_log import ServedLog
from ledger.adapters.tile_files import TileFiles
from ledger.cli.exits import Exit, refusal_text
from ledger.cli.node import add_node, open_node
from ledger.cli.output import add_format, print_table, read_input, warn, whole_number
from ledger.cli.settings import add_home
from ledger.codec.checkpoint import parse_checkpoint
from ledger.codec.promise import parse_promise
from ledger.domain.breach_report import promise_json
from ledger.domain.fields import note_text, write_date_time
from ledger.domain.messages import MESSAGES, Language
from ledger.domain.report import printable
from ledger.domain.trust_root import parse_trust_root
from ledger.domain.trusted import TrustRoot
from ledger.errors import LedgerError, MalformedError, NoAnswerError, RequestRefusedError
from ledger.service.trust import export_trust_root
from ledger.service.watchdog import PublishedLog, State, Watchdog, Watched, read_promises
from ledger.types import JsonObject, LogId, UnixTime

MAX_SECONDS = 86_400


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("folder", help="folder of promises: signed notes, or the JSON that answered captures")
    parser.add_argument("--trust-root", metavar="FILE", help="what you trust (default: read from the node, each round)")
    log = "public files of a log: its URL or a mirror's folder (repeatable); shows which record stands at an index"
    parser.add_argument("--log", action="append", default=[], metavar="PLACE", help=log)
    parser.add_argument("--breaches", metavar="FOLDER", help="where breach files go (default: beside the promises)")
    every = whole_number(1, MAX_SECONDS)
    parser.add_argument("--every", type=every, metavar="SECONDS", help="go on, and look this often (default: once)")
    parser.add_argument("--lang", choices=tuple(MESSAGES), default="en", help="language of sentences (default: en)")
    add_node(parser)
    add_home(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge every promise, once or until interrupted; the exit code is that of the worst."""
    logs = [_log(place) for place in arguments.log]
    if arguments.every is None:
        return _round(arguments, logs)
    _notes(Path(arguments.folder))  # a wrong folder is refused at once
    while True:
        try:
            _round(arguments, logs)
        except LedgerError as error:
            warn(refusal_text(error))  # the next round tries again
        time.sleep(arguments.every)


def _round(arguments: argparse.Namespace, logs: Sequence[PublishedLog]) -> int:
    notes = _notes(Path(arguments.folder))
    now = UnixTime(int(time.time()))
    root = _trust_root(arguments, notes, now)
    by_origin, fault = _by_origin(logs)
    breaches = BreachFolder(Path(arguments.breaches or arguments.folder))
    watchdog = Watchdog(root, now, breaches, by_origin, fault)
    watched = [watchdog.watch(note) for note in notes]
    _print(watched, root, now, arguments)
    return _exit(watched)


def _notes(folder: Path) -> tuple[bytes, ...]:
    """Return every promise in the files of a folder, each once; a file without one is named and passed over."""
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise MalformedError("", f"a folder of promises at {folder}", error.strerror or "an error") from None
    notes: dict[bytes, None] = {}
    for path in files:
        try:
            notes |= dict.fromkeys(read_promises(read_input(str(path))))
        except RequestRefusedError:
            warn(printable(f"{path.name} holds no promise that could be read"))
    if not notes:
        raise MalformedError("", f"promises in the files of {folder}", "none")
    return tuple(notes)


def _trust_root(arguments: argparse.Namespace, notes: Sequence[bytes], now: UnixTime) -> TrustRoot:
    if arguments.trust_root is not None:
        data = read_input(arguments.trust_root)
        try:
            return parse_trust_root(data)
        except RequestRefusedError as refusal:
            raise NoAnswerError(f"the trust root is damaged: {refusal}") from None
    chain = open_node(arguments, every_node=True).chain
    final = chain.final_block().number
    opened = [log_id for log_id in _log_ids(notes) if chain.log_parameters(log_id, final) is not None]
    return export_trust_root(chain, opened, now)


def _log_ids(notes: Sequence[bytes]) -> tuple[LogId, ...]:
    """Return the logs that promise, as far as the notes can be read."""
    found: dict[LogId, None] = {}
    for note in notes:
        with suppress(RequestRefusedError):
            found[parse_promise(note_text(note)).log_id] = None
    return tuple(found)


def _log(place: str) -> PublishedLog:
    if place.startswith(("http://", "https://")):
        return ServedLog(place)
    if not Path(place).is_dir():
        raise MalformedError("/log", "the URL of a log, or the folder of a mirror", "neither")
    return TileFiles(Path(place), make=False)


def _by_origin(logs: Sequence[PublishedLog]) -> tuple[dict[str, PublishedLog], str | None]:
    """Return the logs by the origin that their checkpoint names, and why one of them has none."""
    found: dict[str, PublishedLog] = {}
    fault = None
    for log in logs:
        try:
            checkpoint = log.read_checkpoint()
            if checkpoint is None:
                raise NoAnswerError("a log has no checkpoint yet")
            found[parse_checkpoint(checkpoint.decode("utf-8", "replace").rpartition("\n\n")[0] + "\n").origin] = log
        except LedgerError as error:
            fault = str(error)
    return found, fault


def _print(watched: Sequence[Watched], root: TrustRoot, now: UnixTime, arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        print(json.dumps(_report(watched, root, now, arguments.lang), ensure_ascii=False), flush=True)
        return
    print_table([_row(each, arguments.lang) for each in watched], ("state", "index", "deadline", "reason", "breach"))
    counts = Counter(each.state.value for each in watched)
    told = ", ".join(f"{counts[state.value]} {state.value}" for state in State if counts[state.value])
    print(f"{told}; as of block {root.as_of.block}, {write_date_time(root.as_of.time)}", flush=True)


def _row(watched: Watched, language: Language) -> dict[str, object]:
    promise = watched.promise
    return {
        "state": watched.state.value,
        "index": "" if promise is None else promise.leaf_index,
        "deadline": "" if promise is None else write_date_time(promise.deadline),
        "reason": watched.reason.text(language),
        "breach": watched.breach or "",
    }


def _report(watched: Sequence[Watched], root: TrustRoot, now: UnixTime, language: Language) -> JsonObject:
    return {
        "checkedAt": write_date_time(now),
        "asOfBlock": root.as_of.block,
        "asOf": write_date_time(root.as_of.time),
        "promises": [
            {
                "state": each.state.value,
                "reasonId": each.reason.key,
                "reason": each.reason.text(language),
                "promise": None if each.promise is None else promise_json(each.promise),
                "breach": each.breach,
            }
            for each in watched
        ],
    }


def _exit(watched: Sequence[Watched]) -> Exit:
    states = {each.state for each in watched}
    if states & {State.BROKEN, State.NO_PROMISE}:
        return Exit.MISMATCH
    return Exit.COULD_NOT_CHECK if State.COULD_NOT_CHECK in states else Exit.OK

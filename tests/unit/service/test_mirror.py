"""A mirror keeps nothing that it has not checked, refuses another history with both checkpoints kept, goes on after any
interruption, and proves without the service.
"""

from __future__ import annotations

import json
import shutil
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.adapters.log_sources import FolderLogSource, HttpLogSource, MirrorFiles
from ledger.adapters.tile_files import TileFiles
from ledger.cli import main
from ledger.codec.checkpoint import Checkpoint, parse_checkpoint
from ledger.codec.hex_strict import encode_hex
from ledger.codec.merkle import leaf_hash, verify_inclusion
from ledger.codec.note import VerifierKey, format_verifier_key, open_note
from ledger.codec.tiles import parse_path
from ledger.domain.fields import write_base64
from ledger.domain.receipt import dump_receipt, parse_receipt
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.trusted import Head
from ledger.domain.verdict import Outcome
from ledger.domain.verify import verify_receipt
from ledger.errors import (
    BadEvidenceError,
    ConflictError,
    MalformedError,
    NoAnswerError,
    NotFoundError,
    RootMismatchError,
    StoreUnavailableError,
)
from ledger.ports.mirror import LogSource
from ledger.service.mirror.copy import Copied, mirror
from ledger.service.mirror.prove import MirrorProofs
from ledger.service.mirror.source import KnownLog
from ledger.types import Hash32, UnixTime
from tests import oracle
from tests.adapters.stored import AT, new_event
from tests.builders import World, hash_of
from tests.unit.service.desk import Desk, envelope_of, open_desk

SIZES = (1, 200, 256, 300, 700)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Path]]:
    """The files of one log at each size, as its service left them."""
    folder = tmp_path_factory.mktemp("history")
    with open_desk(tiles=TileFiles(folder / "log")) as desk:
        kept = {}
        for size in SIZES:
            grow(desk, size)
            kept[size] = folder / str(size)
            shutil.copytree(folder / "log", kept[size])
        yield kept


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Another history under the same key."""
    folder = tmp_path_factory.mktemp("fork")
    with open_desk(tiles=TileFiles(folder / "log")) as desk:
        desk.world.records.append(hash_of("another beginning"))
        desk.store.append_record(hash_of("another beginning"))
        grow(desk, 256)
        shutil.copytree(folder / "log", folder / "256")
        grow(desk, 700)
    return {256: folder / "256", 700: folder / "log"}


def grow(desk: Desk, size: int) -> None:
    """Put records into the log up to a size, the first of them of a real event, and publish."""
    start = len(desk.world.records)
    if start == 0:
        desk.capture(envelope_of(desk.world.record()))
        start = 1
    events = [new_event(number) for number in range(start, size)]
    desk.store.append(events, AT)
    desk.world.records.extend(event.record for event in events)
    desk.publisher.integrate()
    desk.publisher.checkpoint()


def known(world: World | None = None, *heads: Head) -> KnownLog:
    of = world or World.with_maker()
    return KnownLog(VerifierKey(of.origin, of.log_public), heads)


def copy(source: LogSource | Path, folder: Path, *heads: Head) -> Copied:
    from_folder = FolderLogSource(source) if isinstance(source, Path) else source
    return mirror(from_folder, MirrorFiles(folder), [known(None, *heads)], lambda _done, _all: None)


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def records_of(folder: Path, size: int) -> list[bytes]:
    proofs = MirrorProofs(MirrorFiles(folder))
    return [proofs._record(index) for index in range(size)]


@contextmanager
def served(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


# --- copying ---


@pytest.mark.parametrize("size", SIZES)
def test_a_mirror_has_the_checkpoint_and_every_record_of_its_source(
    history: dict[int, Path], tmp_path: Path, size: int
) -> None:
    copied = copy(history[size], tmp_path / "m")
    assert (copied.size_before, copied.tree_size, copied.bundles) == (0, size, -(-size // 256))
    assert (tmp_path / "m/checkpoint").read_bytes() == (history[size] / "checkpoint").read_bytes()
    records = records_of(tmp_path / "m", size)
    assert copied.root_hash == oracle.root(records)


@pytest.mark.parametrize("before", SIZES)
@pytest.mark.parametrize("after", SIZES)
def test_a_mirror_grows_with_its_source_and_never_shrinks(
    history: dict[int, Path], tmp_path: Path, before: int, after: int
) -> None:
    copy(history[before], tmp_path / "m")
    if after < before:
        kept = files(tmp_path / "m")
        with pytest.raises(NoAnswerError, match="behind, or was rolled back"):
            copy(history[after], tmp_path / "m")
        [evidence] = [name for name in files(tmp_path / "m") if name not in kept]
        assert evidence.startswith(f"evidence/rolled-back-{after}-")
        assert files(tmp_path / "m").items() >= kept.items()
    else:
        copied = copy(history[after], tmp_path / "m")
        assert (copied.size_before, copied.tree_size) == (before, after)
        assert copied.bundles <= -(-after // 256) - before // 256
        assert copied.root_hash == oracle.root(records_of(tmp_path / "m", after))


def test_a_mirror_of_a_web_server_over_a_mirror_is_the_same(history: dict[int, Path], tmp_path: Path) -> None:
    copy(history[700], tmp_path / "one")
    with served(partial(Quiet, directory=str(tmp_path / "one"))) as url:
        copy(HttpLogSource(url), tmp_path / "two")
        (tmp_path / "below").mkdir()
        (tmp_path / "one").rename(tmp_path / "below/log")
    with served(partial(Quiet, directory=str(tmp_path / "below"))) as url:
        assert copy(HttpLogSource(f"{url}/log/"), tmp_path / "two").bundles == 0
    assert files(tmp_path / "two") == files(tmp_path / "below/log")


def test_an_interrupted_copy_goes_on_where_it_was(
    history: dict[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.service.mirror.copy.FILES_A_WRITE", 1)
    source = FolderLogSource(history[700])
    for reads in range(1, 7):
        with pytest.raises(NoAnswerError, match="cable"):
            copy(Cut(source, reads), tmp_path / "m")
        assert not (tmp_path / "m/checkpoint").exists()
    assert copy(source, tmp_path / "m").bundles < 3
    copy(source, tmp_path / "whole")
    assert files(tmp_path / "m") == files(tmp_path / "whole")


class Cut:
    """A source that stops answering after so many files."""

    def __init__(self, source: LogSource, reads: int) -> None:
        self._source, self._left = source, reads

    def read(self, path: str, limit: int) -> bytes | None:
        if not self._left:
            raise NoAnswerError("the cable is cut")
        self._left -= 1
        return self._source.read(path, limit)


def test_a_damaged_file_beyond_the_checkpoint_is_fetched_anew(history: dict[int, Path], tmp_path: Path) -> None:
    copy(history[700], tmp_path / "m")
    (tmp_path / "m/checkpoint").unlink()  # as if interrupted just before
    bundle = tmp_path / "m/tile/entries/000"
    bundle.write_bytes(bytes(len(bundle.read_bytes())))
    assert copy(history[700], tmp_path / "m").bundles == 1
    assert oracle.root(records_of(tmp_path / "m", 700)) == checkpoint_of(history[700]).root_hash


def test_a_source_that_dropped_its_partial_tiles_serves_the_full_ones(history: dict[int, Path], tmp_path: Path) -> None:
    shutil.copytree(history[700], tmp_path / "source")
    shutil.copy(history[200] / "checkpoint", tmp_path / "source/checkpoint")
    copy(tmp_path / "source", tmp_path / "m")
    assert oracle.root(records_of(tmp_path / "m", 200)) == checkpoint_of(history[200]).root_hash


def checkpoint_of(folder: Path) -> Checkpoint:
    note = (folder / "checkpoint").read_bytes()
    return parse_checkpoint(open_note(note, [known().key]).text)


# --- lies: each is refused, and what the mirror has stays as it was ---


def flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"])
@pytest.mark.parametrize("place", [0, 31, -1])
def test_an_edited_tile_is_refused(history: dict[int, Path], tmp_path: Path, path: str, place: int) -> None:
    refuse(history, tmp_path, path, lambda data: flip(data, place % len(data)))


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/188"])
@pytest.mark.parametrize("place", [0, 2, -1])
def test_an_edited_bundle_is_refused(history: dict[int, Path], tmp_path: Path, path: str, place: int) -> None:
    refuse(history, tmp_path, path, lambda data: flip(data, place % len(data)))


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/001", "tile/0/002.p/188", "checkpoint"])
def test_a_file_that_is_cut_is_refused(history: dict[int, Path], tmp_path: Path, path: str) -> None:
    refuse(history, tmp_path, path, lambda data: data[:-1])


@pytest.mark.parametrize("line", [0, 1, 2, 4])
def test_an_edited_checkpoint_is_refused(history: dict[int, Path], tmp_path: Path, line: int) -> None:
    def edit(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[line] = flip(lines[line], len(lines[line]) - 3)
        return b"\n".join(lines)

    refuse(history, tmp_path, "checkpoint", edit)


def refuse(history: dict[int, Path], tmp_path: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    copy(history[200], tmp_path / "m")
    before = files(tmp_path / "m")
    source = tmp_path / "source"
    shutil.copytree(history[700], source)
    (source / path).write_bytes(change((source / path).read_bytes()))
    with pytest.raises(BadEvidenceError):
        copy(source, tmp_path / "m")
    after = files(tmp_path / "m")
    assert after["checkpoint"] == before["checkpoint"]
    good = files(history[700]) | files(history[200])
    assert all(data == good.get(name, data) for name, data in after.items())
    assert copy(history[700], tmp_path / "m").tree_size == 700


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/001", "checkpoint", "tile/1/000.p/2"])
def test_a_missing_file_is_no_answer(history: dict[int, Path], tmp_path: Path, path: str) -> None:
    shutil.copytree(history[700], tmp_path / "source")
    (tmp_path / "source" / path).unlink()
    with pytest.raises(NoAnswerError):
        copy(tmp_path / "source", tmp_path / "m")


@pytest.mark.parametrize("before", [200, 256, 300])
def test_a_forked_source_is_refused_with_both_checkpoints_kept(
    history: dict[int, Path], fork: dict[int, Path], tmp_path: Path, before: int
) -> None:
    copy(history[before], tmp_path / "m")
    kept = files(tmp_path / "m")
    for size in (256, 700):
        with pytest.raises(RootMismatchError, match="another history"):
            copy(fork[size], tmp_path / "m")
    evidence = {name: data for name, data in files(tmp_path / "m").items() if name not in kept}
    assert sorted(name.split("-")[:2] for name in evidence) == [["evidence/fork", "256"], ["evidence/fork", "700"]]
    for data in evidence.values():
        value = json.loads(data)
        assert value["mirror"].encode() == (history[before] / "checkpoint").read_bytes()
        assert parse_checkpoint(open_note(value["source"].encode(), [known().key]).text).origin == "log.example/one"
    assert files(tmp_path / "m").items() >= kept.items()


def test_a_history_that_is_not_the_one_on_chain_is_refused(history: dict[int, Path], tmp_path: Path) -> None:
    head = Head(256, hash_of("another root"), 9, UnixTime(1_790_000_000))
    with pytest.raises(RootMismatchError, match="on chain"):
        copy(history[700], tmp_path / "m", head)
    assert not (tmp_path / "m/checkpoint").exists()
    [evidence] = (tmp_path / "m/evidence").iterdir()
    assert json.loads(evidence.read_bytes())["head"] == [256, write_base64(head.root_hash), 9, 1_790_000_000]
    later = Head(701, hash_of("later"), 9, UnixTime(1_790_000_000))
    assert copy(history[700], tmp_path / "m", later).tree_size == 700


def test_a_log_of_another_key_is_refused_and_so_is_its_folder(history: dict[int, Path], tmp_path: Path) -> None:
    other = World.with_maker(origin="log.example/other")
    target = MirrorFiles(tmp_path / "m")
    with pytest.raises(BadEvidenceError, match="known here"):
        mirror(FolderLogSource(history[1]), target, [known(other)], lambda _done, _all: None)
    target.write_checkpoint(other.note("log.example/other\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"))
    with pytest.raises(ConflictError, match="another log's"):
        copy(history[1], tmp_path / "m")


# --- the wire ---


def test_what_answers_otherwise_than_with_a_file_is_no_answer(tmp_path: Path) -> None:
    class Odd(BaseHTTPRequestHandler):
        status, body, length = 200, b"x", None

        def do_GET(self) -> None:
            self.send_response(self.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(self.length or len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    def odd(**changes: object) -> type[Odd]:
        return type("Odder", (Odd,), changes)

    answers: list[tuple[dict[str, object], str]] = [
        ({"status": 301}, "status 301"),
        ({"status": 500}, "status 500"),
        ({"status": 429}, "status 429"),
        ({"body": bytes(1_000_001)}, "more than 1000000 bytes"),
        ({"length": 9}, "does not answer"),
        ({"status": 404}, "no log at the source"),
    ]
    for changes, expected in answers:
        with served(odd(**changes)) as url, pytest.raises(NoAnswerError, match=expected):
            copy(HttpLogSource(url), tmp_path / "m")
    with pytest.raises(NoAnswerError, match="does not answer"):
        copy(HttpLogSource("http://127.0.0.1:1"), tmp_path / "m")


@pytest.mark.parametrize("url", ["ftp://a/", "http://", "http://u:p@a/", "http://a/?q", "http://a:b/", "http://[/"])
def test_a_source_that_is_no_plain_url_is_refused(url: str) -> None:
    with pytest.raises(MalformedError):
        HttpLogSource(url)


# --- what a mirror proves ---


@pytest.mark.parametrize("index", [0, 1, 255, 256, 699])
def test_a_mirror_proves_what_stands_in_it(history: dict[int, Path], tmp_path: Path, index: int) -> None:
    copy(history[700], tmp_path / "m")
    proofs = MirrorProofs(MirrorFiles(tmp_path / "m"))
    proof = proofs.inclusion(index)
    record, nodes = unbase64(proof["record"]), [unbase64(node) for node in proof["inclusionProof"]]  # type: ignore[union-attr]
    stated = parse_checkpoint(open_note(str(proof["checkpoint"]).encode(), [known().key]).text)
    verify_inclusion(index, stated.tree_size, leaf_hash(record), nodes, stated.root_hash)
    assert proofs.index_of(Hash32(record)) == index


def unbase64(value: object) -> bytes:
    return b64decode(str(value), validate=True)


def test_what_is_not_in_a_mirror_is_not_proved(history: dict[int, Path], tmp_path: Path) -> None:
    copy(history[300], tmp_path / "m")
    proofs = MirrorProofs(MirrorFiles(tmp_path / "m"))
    for index in (-1, 300):
        with pytest.raises(NotFoundError):
            proofs.inclusion(index)
    with pytest.raises(NotFoundError):
        proofs.index_of(hash_of("no record"))
    with pytest.raises(NotFoundError):
        MirrorProofs(MirrorFiles(tmp_path / "none"))


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/000", "tile/entries/001.p/44"])
def test_a_damaged_mirror_says_that_it_is_damaged(history: dict[int, Path], tmp_path: Path, path: str) -> None:
    copy(history[300], tmp_path / "m")
    file = tmp_path / "m" / path
    file.write_bytes(bytes([0, 32, *bytes(32)]) * (len(file.read_bytes()) // 34) if "entries" in path else bytes(8192))
    index = 256 if parse_path(path).index else 0
    with pytest.raises(StoreUnavailableError, match="damaged"):
        MirrorProofs(MirrorFiles(tmp_path / "m")).inclusion(index)


# --- receipts that outlive the service ---


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[World]:
    """A log that gave a receipt before it was anchored, was mirrored later, and is gone."""
    with open_desk(tiles=TileFiles(tmp_path / "log")) as desk:
        grow(desk, 5)
        (tmp_path / "early.json").write_bytes(dump_receipt(desk.receipts.whole(0)))
        grow(desk, 9)
        desk.world.anchor()
        grow(desk, 12)
        copy(tmp_path / "log", tmp_path / "m")
        desk.world.wait()
        yield desk.world
    shutil.rmtree(tmp_path / "log")


def test_a_receipt_is_led_to_the_head_that_came_after_it(gone: World, tmp_path: Path) -> None:
    early, root = parse_receipt((tmp_path / "early.json").read_bytes()), gone.trust_root()
    assert verify_receipt(dump_receipt(early), root, gone.now).outcome is Outcome.NOT_FINAL
    renewed = MirrorProofs(MirrorFiles(tmp_path / "m")).renew(early, root.logs[0])
    assert renewed.shown == early.shown
    assert verify_receipt(dump_receipt(renewed), root, gone.now).outcome is Outcome.VERIFIED


def test_a_receipt_without_a_later_head_comes_under_the_mirrors_checkpoint(gone: World, tmp_path: Path) -> None:
    early = parse_receipt((tmp_path / "early.json").read_bytes())
    renewed = MirrorProofs(MirrorFiles(tmp_path / "m")).renew(early, None)
    assert renewed.checkpoint == (tmp_path / "m/checkpoint").read_bytes()
    assert verify_receipt(dump_receipt(renewed), gone.trust_root(), gone.now).outcome is Outcome.NOT_FINAL


def test_a_receipt_of_another_record_is_not_renewed(gone: World, tmp_path: Path) -> None:
    stranger = World.with_maker()
    receipt = stranger.receipt(stranger.record(key="rival"))
    with pytest.raises(RootMismatchError):
        MirrorProofs(MirrorFiles(tmp_path / "m")).renew(receipt, gone.trust_root().logs[0])


# --- the command ---


def test_the_command_copies_and_proves(
    history: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = format_verifier_key(known().key)
    words = ["mirror", "copy", str(history[300]), str(tmp_path / "m"), "--log-key", key, "--format", "json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)[0]["treeSize"] == 300
    assert main(["mirror", "proof", str(tmp_path / "m"), "--index", "7", "-o", str(tmp_path / "proof.json")]) == 0
    proof = json.loads((tmp_path / "proof.json").read_bytes())
    record = encode_hex(unbase64(proof["record"]))
    assert main(["mirror", "proof", str(tmp_path / "m"), "--record", record]) == 0
    assert json.loads(capsys.readouterr().out) == proof
    assert main(["mirror", "copy", str(history[200]), str(tmp_path / "m"), "--log-key", key]) == 3
    assert main(["mirror", "copy", str(tmp_path / "none"), str(tmp_path / "m"), "--log-key", key]) == 2


def test_the_command_renews_a_receipt(
    gone: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.cli.mirror.time.time", lambda: float(gone.now))
    (tmp_path / "root.json").write_bytes(dump_trust_root(gone.trust_root()))
    files_of = [str(tmp_path / "early.json"), str(tmp_path / "m")]
    words = ["--trust-root", str(tmp_path / "root.json"), "-o", str(tmp_path / "renewed.json")]
    assert main(["mirror", "renew", *files_of, *words]) == 0
    renewed = (tmp_path / "renewed.json").read_bytes()
    assert verify_receipt(renewed, gone.trust_root(), gone.now).outcome is Outcome.VERIFIED
    monkeypatch.setattr("ledger.cli.mirror.time.time", lambda: float(gone.now + 40 * 86_400))
    assert main(["mirror", "renew", *files_of, *words]) == 3
    assert "expired" in capsys.readouterr().err

"""The parsers of what an operator keeps or types: settings, key files, files of a home, the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from functools import cache
from pathlib import Path

from eth_keyfile.keyfile import create_keyfile_json

from ledger.adapters.devnet_state import DevnetFolder, read_durable
from ledger.adapters.ethereum_finality import parse_finality
from ledger.adapters.json_rpc import JsonRpc
from ledger.adapters.key_files import Password, read_json, unseal
from ledger.adapters.log_key import LogKey, open_log_key
from ledger.bootstrap.home import DEMO_MARK, Home
from ledger.cli import main
from ledger.cli.client import Client, _read_key, _refusal, running_url
from ledger.cli.exits import Exit
from ledger.config import Config, Setting, config_of, load_settings
from ledger.errors import LedgerError
from ledger.types import UnixTime

PASSWORD = Password("correct horse")
LIGHT = 2
"""Work that takes no time: what is looked at here is the file, not the cipher."""

_ROOM = tempfile.TemporaryDirectory(prefix="fuzz-")


@cache
def room() -> Path:
    """A folder of this process, gone with it."""
    folder = Path(_ROOM.name) / "home"
    folder.mkdir(mode=0o700)
    (folder / DEMO_MARK).touch()
    (folder / "password").touch(0o600)
    (folder / "password").write_text("correct horse")
    return folder


def _file(name: str, data: bytes) -> Path:
    path = room() / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return path


def config(data: bytes) -> tuple[Setting, ...]:
    """``config.toml``."""
    folder = _file("settings/config.toml", data).parent
    settings = load_settings({"home": str(folder)}, {})
    assert config_of(settings).home_path == folder
    return settings


def environment(text: str) -> tuple[Setting, ...]:
    """Variables, one a line, where the file has nothing."""
    pairs = (line.partition("=")[::2] for line in text.split("\n"))
    given = {f"TRADELEDGER_{name.upper()}": value.replace("\0", "") for name, value in pairs}
    settings = load_settings({}, {"TRADELEDGER_HOME": str(room() / "none"), **given})
    _ = [setting.shown for setting in settings], config_of(settings).home_path
    return settings


def home_setting(text: str) -> Path:
    """``--home`` and what else names a place."""
    settings = config_of(load_settings({"home": text, "password_file": text}, {}))
    return settings.home_path


def finality(text: str) -> str:
    return str(parse_finality(text))


def node_url(text: str) -> None:
    JsonRpc(text).close()


def service_url(text: str) -> None:
    Client(text)


def service_answer(data: bytes) -> LedgerError:
    """What a service, or whatever else answers at its URL, says when it refuses."""
    return _refusal(data[0] % 100 + 400 if data else 500, data[1:])


def service_body(data: bytes) -> object:
    return Client("http://127.0.0.1:1")._object(data)


def runtime_file(data: bytes) -> str:
    return running_url(_file("runtime.json", data).parent)


def api_key_file(data: bytes) -> str | None:
    return _read_key(str(_file("api-key", data)))


def key_file(data: bytes) -> bytes:
    path = _file("key.json", data)
    return unseal(read_json(path), PASSWORD, path.name)


def log_key_file(data: bytes) -> LogKey:
    return open_log_key(_file("log-key.json", data), PASSWORD)


def accounts_file(data: bytes) -> object:
    home = Home(Config(home=str(_file("accounts.json", data).parent)))
    return home.accounts(home.keystore())


def chain_file(data: bytes) -> object:
    folder = DevnetFolder(_file("devnet/chain.json", data).parent)
    try:
        return folder.identity(UnixTime(1_790_000_000))
    finally:
        folder.close()


def durable_file(data: bytes) -> object:
    return read_durable(_file("devnet/durable.json", data).parent)


def command_line(data: bytes) -> int:
    """A command and its words, parted by NUL as a process gets them. `Exit.INTERNAL` is a fault of this software."""
    words = [os.fsdecode(word) for word in data.split(b"\0")]
    if words[0] == "up" or any("://" in word for word in words):  # it would serve, or ask a foreign host
        return Exit.OK
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"{}"))
    os.environ["TRADELEDGER_HOME"] = str(room())
    try:
        with contextlib.redirect_stdout(_stream()), contextlib.redirect_stderr(_stream()), contextlib.chdir(room()):
            code = main(words)
    finally:
        sys.stdin = before
        del os.environ["TRADELEDGER_HOME"]
    assert code != Exit.INTERNAL, f"a fault of this software: {words}"
    return code


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


SECRET = b"\x01" * 32


def _sealed() -> dict[str, object]:
    return dict(create_keyfile_json(SECRET, PASSWORD.text.encode(), kdf="scrypt", iterations=LIGHT))


def key_files() -> tuple[bytes, ...]:
    pbkdf2 = create_keyfile_json(SECRET, PASSWORD.text.encode(), kdf="pbkdf2", iterations=LIGHT)
    return json.dumps(_sealed()).encode(), json.dumps(pbkdf2).encode()


def log_key_files() -> tuple[bytes, ...]:
    return (json.dumps({**_sealed(), "publicKey": LogKey(SECRET).public_key.hex()}).encode(),)

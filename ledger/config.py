"""Settings, and where each came from: flag over environment over file over default.

The file is ``config.toml`` in the home folder; the environment variable of ``anchor_seconds`` is
``TRADELEDGER_ANCHOR_SECONDS``. Secrets are never settings: a setting names the file that holds one. (Some nodes want
theirs in the URL, so `Setting.shown` leaves all of a URL out but where it leads.)
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ledger.errors import MalformedError, TooLargeError

ENVIRONMENT_PREFIX = "TRADELEDGER_"
MAX_PORT = 65_535
MAX_WHOLE_NUMBER = 2**53 - 1
MAX_SECONDS = 366 * 86_400
"""Longer than any interval here is meant to be, and within what every timer can wait."""

MAX_FILE_BYTES = 64 << 10
"""Of ``config.toml``: the time that its reader takes grows with the square of some files."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings with their defaults."""

    home: str = "~/.tradeledger"
    """The folder that holds database, log, keys and, by default, the development chain."""

    host: str = "127.0.0.1"
    port: int = 8700
    """Where the API listens; port 0 takes a free one."""

    origin: str = "tradeledger.example/log"
    """First line of every checkpoint: a name the operator owns. Fixed once the log is opened."""

    chain_url: str = ""
    """JSON-RPC URL of an EVM node, or of several that must agree, separated by commas.

    Empty: a development chain that this command starts itself."""

    finality: str = "devnet"
    """"devnet" (durable height), "finalized" (the node's tag) or "depth:N"."""

    password_file: str = ""
    """File with the password of the key files. Empty: ``password`` in the home folder, made on first use."""

    signer_url: str = ""
    """URL of a signer (web3signer, Clef) that holds keys beside the key files. Empty: key files alone."""

    checkpoint_seconds: float = 0.25
    """How soon after the last signed checkpoint new records may become the next; without new records there is none."""

    anchor_seconds: float = 2.0
    """How often a new checkpoint is put on chain."""

    promise_seconds: int = 3600
    """By when, after capture, a promise says that the record is anchored."""

    requests_per_minute: int = 6_000
    """Requests that one API key, or one address without a key, may send in a minute. 0: any number."""

    custodian: str = ""
    """Party id under which this service holds keys for others. Empty: it signs for nobody."""

    @property
    def home_path(self) -> Path:
        """The home folder."""
        return expanded(self.home, "/home")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and its origin: "flag", the environment variable's name, the file's path, or "default"."""

    name: str
    value: object
    origin: str

    @property
    def shown(self) -> object:
        """The value as it may be shown."""
        if self.name not in ("chain_url", "signer_url"):
            return self.value
        return ",".join(_without_secrets(url.strip()) for url in str(self.value).split(","))


_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Config)}


def load_settings(flags: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> tuple[Setting, ...]:
    """Return every setting with its origin, in the order of `Config`; refuse an unknown or mistyped one."""
    home = _choose("home", flags, environment, {}, "")
    path = expanded(str(home.value), "/home") / "config.toml"
    in_file = _read_file(path)
    return tuple(_choose(name, flags, environment, in_file, str(path)) for name in _DEFAULTS)


def expanded(path: str, pointer: str) -> Path:
    """Return the path that a setting names, ``~`` written out; refuse the home of somebody unknown here."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise MalformedError(pointer, "a path", "the home folder of an unknown user") from None


def config_of(settings: tuple[Setting, ...]) -> Config:
    """Return the settings as one typed value."""
    values: dict[str, Any] = {setting.name: setting.value for setting in settings}
    return Config(**values)


def _choose(
    name: str, flags: Mapping[str, object], environment: Mapping[str, str], in_file: Mapping[str, object], path: str
) -> Setting:
    variable = ENVIRONMENT_PREFIX + name.upper()
    if flags.get(name) is not None:
        return Setting(name, _typed(name, flags[name]), "flag")
    if variable in environment:
        return Setting(name, _typed(name, environment[variable]), variable)
    if name in in_file:
        return Setting(name, _typed(name, in_file[name]), path)
    return Setting(name, _DEFAULTS[name], "default")


def _typed(name: str, value: object) -> object:
    """Return the value in the setting's own type and range; text, as environments have it, is read as that type."""
    match _DEFAULTS[name]:
        case str():
            typed: object = value if isinstance(value, str) and "\0" not in value else None
            wanted = "a text without NUL"
        case float():
            typed, wanted = _seconds(value), "a number of seconds above 0, at most a year"
        case _:
            most = MAX_PORT if name == "port" else MAX_WHOLE_NUMBER
            typed, wanted = _whole(value, most), "a port, 0 to 65535" if name == "port" else "a whole number"
    if typed is None:
        raise MalformedError(f"/{name}", wanted, "another value")
    return typed


def _seconds(value: object) -> float | None:
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds <= MAX_SECONDS else None


def _whole(value: object, most: int) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def _read_file(path: Path) -> Mapping[str, object]:
    try:
        content = path.read_bytes()
        if len(content) > MAX_FILE_BYTES:
            raise TooLargeError("", f"at most {MAX_FILE_BYTES} bytes at {path}", f"{len(content)} bytes")
        values = tomllib.loads(content.decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, OSError, RecursionError):  # ValueError: no TOML, no UTF-8, or a number of too many digits
        raise MalformedError("", f"a TOML file at {path}", "something else") from None
    for name in values:
        if name not in _DEFAULTS or name == "home":
            raise MalformedError(f"/{name}", "a known setting", "an unknown name")
    return values


def _without_secrets(url: str) -> str:
    """Return scheme, host and port of a URL, and an ellipsis for what else it holds."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        return "…"
    bare = f"{parts.scheme}://{host}{port}"
    return url if url in ("", bare) else f"{bare}/…"

"""Settings, and where each came from: flag over environment over file over default.

The file is ``config.toml`` in the home folder; the environment variable of ``anchor_seconds`` is
``TRADELEDGER_ANCHOR_SECONDS``. Secrets are never settings: a setting names the file that holds one.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from ledger.errors import MalformedError

ENVIRONMENT_PREFIX = "TRADELEDGER_"


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
    """JSON-RPC URL of an EVM node. Empty: a development chain that this command starts itself."""

    finality: str = "devnet"
    """"devnet" (durable height), "finalized" (the node's tag) or "depth:N"."""

    password_file: str = ""
    """File with the password of the key files. Empty: ``password`` in the home folder, made on first use."""

    checkpoint_seconds: float = 1.0
    """How often new records become a signed checkpoint."""

    anchor_seconds: float = 2.0
    """How often a new checkpoint is put on chain."""

    promise_seconds: int = 3600
    """By when, after capture, a promise says that the record is anchored."""

    custodian: str = ""
    """Party id under which this service holds keys for others. Empty: it signs for nobody."""

    @property
    def home_path(self) -> Path:
        """The home folder as a path."""
        return Path(self.home).expanduser()


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and its origin: "flag", the environment variable's name, the file's path, or "default"."""

    name: str
    value: object
    origin: str


def load_settings(flags: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> tuple[Setting, ...]:
    """Return every setting with its origin, in the order of `Config`; an unknown or mistyped one is refused."""
    home = _choose("home", flags, environment, {}, "")
    path = Path(str(home.value)).expanduser() / "config.toml"
    in_file = _read_file(path)
    return tuple(_choose(field.name, flags, environment, in_file, str(path)) for field in fields(Config))


def config_of(settings: tuple[Setting, ...]) -> Config:
    """Return the settings as one typed value."""
    values: dict[str, Any] = {setting.name: setting.value for setting in settings}
    return Config(**values)


def _choose(
    name: str, flags: Mapping[str, object], environment: Mapping[str, str], in_file: Mapping[str, object], path: str
) -> Setting:
    default = Config.__dataclass_fields__[name].default
    variable = ENVIRONMENT_PREFIX + name.upper()
    if flags.get(name) is not None:
        return Setting(name, _typed(name, flags[name], default), "flag")
    if variable in environment:
        return Setting(name, _typed(name, environment[variable], default), variable)
    if name in in_file:
        return Setting(name, _typed(name, in_file[name], default), path)
    return Setting(name, default, "default")


def _typed(name: str, value: object, default: object) -> object:
    wanted = cast("type[str | int | float]", type(default))
    try:
        return wanted(cast(str, value))
    except (TypeError, ValueError):
        raise MalformedError(f"/{name}", f"a {wanted.__name__}", type(value).__name__) from None


def _read_file(path: Path) -> Mapping[str, object]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        raise MalformedError("", f"a TOML file at {path}", "something else") from None
    known = {field.name for field in fields(Config)} - {"home"}
    for name in values:
        if name not in known:
            raise MalformedError(f"/{name}", "a known setting", "an unknown name")
    return values

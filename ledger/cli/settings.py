"""Flags that are settings, and the settings they lead to."""

from __future__ import annotations

import argparse

from ledger.config import Config, Setting, config_of, load_settings


def add_home(parser: argparse.ArgumentParser) -> None:
    """Add ``--home``, the folder all other settings are found from."""
    parser.add_argument("--home", help="folder with database, log, keys and settings (default: ~/.tradeledger)")


def settings_of(arguments: argparse.Namespace) -> tuple[Setting, ...]:
    """Return every setting with its origin for these flags and the present environment."""
    return load_settings(vars(arguments))


def config_from(arguments: argparse.Namespace) -> Config:
    """Return the settings for these flags and the present environment as one typed value."""
    return config_of(settings_of(arguments))

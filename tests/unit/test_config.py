"""Settings: flag over environment over file over default, each with its origin; anything else is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.cli import main
from ledger.config import Config, config_of, load_settings
from ledger.errors import MalformedError


def origins(flags: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    return {setting.name: (setting.value, setting.origin) for setting in load_settings(flags, environment)}


def home(tmp_path: Path, toml: str) -> dict[str, object]:
    (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
    return {"home": str(tmp_path)}


def test_without_anything_all_are_defaults(tmp_path: Path) -> None:
    settings = load_settings({"home": str(tmp_path)}, {})
    assert config_of(settings) == Config(home=str(tmp_path))
    assert {setting.origin for setting in settings[1:]} == {"default"}


def test_flag_over_environment_over_file_over_default(tmp_path: Path) -> None:
    flags = home(tmp_path, 'port = 1\nhost = "file"\norigin = "file.example/log"\n')
    environment = {"TRADELEDGER_PORT": "2", "TRADELEDGER_HOST": "environment"}
    found = origins({**flags, "port": "3"}, environment)
    assert found["port"] == (3, "flag")
    assert found["host"] == ("environment", "TRADELEDGER_HOST")
    assert found["origin"] == ("file.example/log", str(tmp_path / "config.toml"))
    assert found["finality"] == ("devnet", "default")


def test_the_home_comes_from_the_environment_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("port = 9\n", encoding="utf-8")
    assert origins({}, {"TRADELEDGER_HOME": str(tmp_path)})["port"] == (9, str(tmp_path / "config.toml"))


def test_what_a_command_has_besides_settings_is_none(tmp_path: Path) -> None:
    assert "party" not in origins({"home": str(tmp_path), "party": "x", "func": 1}, {})


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ("colour = 1", "/colour"),
        ('home = "/elsewhere"', "/home"),
        ("port = true", "/port"),
        ('port = "many"', "/port"),
        ("port = 1.5", "/port"),
        ("port = -1", "/port"),
        ("port = 65536", "/port"),
        ("host = 1", "/host"),
        ("host = []", "/host"),
        ("checkpoint_seconds = 0", "/checkpoint_seconds"),
        ("checkpoint_seconds = -1.0", "/checkpoint_seconds"),
        ("anchor_seconds = nan", "/anchor_seconds"),
        ("anchor_seconds = inf", "/anchor_seconds"),
        ('anchor_seconds = "soon"', "/anchor_seconds"),
        ("promise_seconds = false", "/promise_seconds"),
        ("promise_seconds = 2026-01-01", "/promise_seconds"),
        ("[port]\nnumber = 1", "/port"),
    ],
)
def test_an_unknown_or_mistyped_setting_is_refused(tmp_path: Path, toml: str, where: str) -> None:
    with pytest.raises(MalformedError) as refused:
        load_settings(home(tmp_path, toml), {})
    assert refused.value.pointer == where


@pytest.mark.parametrize("toml", ["port", "port = = 1", "port = 1\nport = 2", "a = " + "[" * 5_000])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, toml: str) -> None:
    with pytest.raises(MalformedError):
        load_settings(home(tmp_path, toml), {})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedError):
        load_settings({"home": str(tmp_path)}, {})


@pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), ("2", 2.0), ("1e1", 10.0)])
def test_the_environment_is_text_and_is_read(tmp_path: Path, text: str, value: float) -> None:
    found = origins({"home": str(tmp_path)}, {"TRADELEDGER_ANCHOR_SECONDS": text, "TRADELEDGER_PORT": "0"})
    assert (found["anchor_seconds"][0], found["port"][0]) == (value, 0)


@pytest.mark.parametrize("text", ["", " 1", "1_000", "+1", "0x10", "٣"])
def test_a_number_has_one_spelling_in_the_environment(tmp_path: Path, text: str) -> None:
    with pytest.raises(MalformedError):
        load_settings({"home": str(tmp_path)}, {"TRADELEDGER_PORT": text})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://node.example/v3/0123456789abcdef", "https://node.example/…"),
        ("https://user:secret@node.example:8545", "https://node.example:8545/…"),
        ("https://node.example?key=secret", "https://node.example/…"),
        ("https://node.example:secret/", "…"),
        ("https://one.example/s3cret, https://user:secret@two.example", "https://one.example/…,https://two.example/…"),
    ],
)
def test_config_show_keeps_the_secrets_of_a_url(
    tmp_path: Path, url: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADELEDGER_CHAIN_URL", url)
    assert main(["config", "show", "--home", str(tmp_path), "--format", "json"]) == 0
    rows = {row["setting"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["chain_url"] == {"setting": "chain_url", "value": shown, "origin": "TRADELEDGER_CHAIN_URL"}


def test_config_show_prints_every_setting_with_its_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--home", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["setting", "value", "origin"]
    assert len(lines) == 1 + len(Config.__dataclass_fields__)


def test_config_show_refuses_a_file_with_an_unknown_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home(tmp_path, "colour = 1")
    assert main(["config", "show", "--home", str(tmp_path)]) == 2
    assert "/colour" in capsys.readouterr().err

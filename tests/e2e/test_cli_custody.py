"""Custody from the command line against a real ``tradeledger up``: in the log, and in the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import Running, demo_home, running
from tests.e2e.test_cli_acts import Member, Shell, api_key, at_home, authority, event_file, eventually, member, shell

__all__ = ["at_home", "authority", "shell"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = demo_home(tmp_path_factory.mktemp("custody") / "home")
    (home / "config.toml").write_text("checkpoint_seconds = 0.1\nanchor_seconds = 0.1\n", encoding="utf-8")
    with running(home) as service:
        yield service


class Trader:
    """A party that states acts."""

    def __init__(self, shell: Shell, who: Member, place: Path) -> None:
        self.id = who.id
        self._shell = shell
        self._place = place
        self._key_file = api_key(shell, who.id, place)
        self._speaks = ("--sign-with", who.key, *who.speaks(), "--api-key-file", self._key_file)
        signs = ("capture", event_file(place), *self._speaks)
        assert eventually(lambda: shell.code(*signs) == 0)

    def state(self, act: str, *words: str, **members: object) -> Any:
        """State an act over an event of its own."""
        event = event_file(self._place, bizStep="shipping", **members)
        return self._shell.json("custody", act, event, *words, *self._speaks)

    def refused(self, act: str, *words: str) -> int:
        return self._shell.code("custody", act, event_file(self._place), *words, *self._speaks)

    def submit(self, digest: str) -> Any:
        """Put an act that is in the log to the contract."""
        receipt = str(self._place / f"{digest}.json")
        flags = ("--view", "whole", "--wait", "30", "--api-key-file", self._key_file)
        self._shell.say("receipt", digest, *flags, "-o", receipt)
        return self._shell.json("custody", "submit", receipt)


@pytest.fixture
def traders(shell: Shell, authority: str, tmp_path: Path) -> tuple[Trader, Trader]:
    first, second = member(shell, authority), member(shell, authority)
    return Trader(shell, first, tmp_path), Trader(shell, second, tmp_path)


def test_a_consignment_is_handed_over_in_the_log(shell: Shell, traders: tuple[Trader, Trader]) -> None:
    maker, carrier = traders
    goods = ("--quantity", "12.5", "--unit", "KGM")
    subject = maker.state("open", *goods)["subject"]
    seals = {"https://tradeledger.example/ns/seals": ["CN-88210"]}
    maker.state("offer", "--subject", subject, "--to", carrier.id, **seals)
    pending = shell.json("custody", "show", subject)
    assert pending["onChain"] is None
    assert (pending["byLog"]["status"], pending["byLog"]["taker"]) == ("offered", carrier.id)
    carrier.state("accept", "--subject", subject, **seals)
    part = carrier.state("split", "--quantity", "2.5", "--unit", "KGM", "--parent", f"{subject}=2.5")["subject"]
    whole, taken = shell.json("custody", "show", subject)["byLog"], shell.json("custody", "show", part)["byLog"]
    assert (whole["holder"], whole["quantity"]) == (carrier.id, 10_000)
    assert (taken["holder"], taken["quantity"]) == (carrier.id, 2_500)
    maker.state("end", "--subject", subject)  # logged, and a claim: it is no longer the holder
    shown = shell.json("custody", "show", subject)
    assert shown["byLog"]["status"] == "held"
    assert [each["reason"] for each in shown["statements"] if not each["counted"]] == ["not-holder"]


def test_the_same_acts_move_it_in_the_contract(shell: Shell, traders: tuple[Trader, Trader]) -> None:
    maker, carrier = traders
    opened = maker.state("open", "--quantity", "3", "--unit", "H87")
    subject = opened["subject"]
    maker.submit(opened["eventDigest"])
    offered = maker.state("offer", "--subject", subject, "--to", carrier.id)
    maker.submit(offered["eventDigest"])
    accepted = carrier.state("accept", "--subject", subject)
    carrier.submit(accepted["eventDigest"])
    shown = shell.json("custody", "show", subject)
    assert (shown["onChain"]["status"], shown["onChain"]["holder"]) == ("held", carrier.id)
    assert shown["onChain"]["head"] == shown["byLog"]["head"]
    receipt = shell.code("custody", "submit", "/dev/null")
    assert receipt == 2


def test_what_the_contract_does_not_count_is_told_with_its_reason(shell: Shell, traders: tuple[Trader, Trader]) -> None:
    maker, carrier = traders
    opened = maker.state("open", "--quantity", "3", "--unit", "H87")
    offered = maker.state("offer", "--subject", opened["subject"], "--to", carrier.id)
    with pytest.raises(AssertionError, match=r"WrongStatus|TooLate"):
        maker.submit(offered["eventDigest"])
    assert maker.refused("offer", "--subject", "0x" + "11" * 32, "--to", carrier.id) == 2
    assert maker.refused("open", "--quantity", "a lot", "--unit", "H87") == 2
    assert shell.code("custody", "show", "0x" + "11" * 32) == 2

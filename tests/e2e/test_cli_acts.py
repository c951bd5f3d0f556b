"""Every command against a real ``tradeledger up``: registry acts, capture by either hand, receipts, log, contracts."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ledger.cli import main
from ledger.cli.client import Client
from ledger.errors import NoAnswerError
from tests.e2e.running import Running, demo_home, running

OPERATOR = "0x" + "0f" * 32


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = demo_home(tmp_path_factory.mktemp("acts") / "home")
    (home / "config.toml").write_text("checkpoint_seconds = 0.1\nanchor_seconds = 0.1\n", encoding="utf-8")
    with running(home, "--custodian", OPERATOR) as service:
        yield service


@pytest.fixture(autouse=True)
def at_home(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADELEDGER_HOME", str(service.home))


class Shell:
    """Commands as a person types them: ``say`` expects success and returns what was printed, ``code`` the exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.err = ""

    def code(self, *words: str) -> int:
        code = main(list(words))
        self.err = self._capsys.readouterr().err
        return code

    def say(self, *words: str) -> str:
        code = main(list(words))
        printed = self._capsys.readouterr()
        assert code == 0, printed.err
        return printed.out.strip()

    def json(self, *words: str) -> Any:
        return json.loads(self.say(*words, "--format", "json"))


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@dataclass(frozen=True)
class Member:
    """A party with its cold key and the key it signs with."""

    id: str
    cold: str
    key: str

    def speaks(self) -> tuple[str, ...]:
        return ("--party", self.id, "--role", "manufacturer", "--jurisdiction", "DE")


@pytest.fixture(scope="module")
def authority(service: Running) -> str:
    """The account of the authority of DE."""
    printed = StringIO()
    home = ("--home", str(service.home))
    with redirect_stdout(printed):
        assert main(["key", "new", *home]) == 0
        account = printed.getvalue().strip()
        named = ("--jurisdiction", "DE", "--cold-key", account, "--name", "Authority")
        assert main(["party", "accredit", "--authority", "--by", "root-authority", *named, *home]) == 0
    return account


def accredited(shell: Shell, authority: str, *more: str) -> Member:
    cold, key = shell.say("key", "new"), shell.say("key", "new")
    named = ("--jurisdiction", "DE", "--cold-key", cold, "--name", "Maker \x1b[31mGmbH")
    party = shell.say("party", "accredit", "--by", authority, *named, *more)
    return Member(party, cold, key)


def member(shell: Shell, authority: str, custodian: str = "") -> Member:
    """A party that may sign as manufacturer."""
    maker = accredited(shell, authority)
    granted = ("--party", maker.id, "--role", "manufacturer", "--jurisdiction", "DE")
    shell.say("party", "grant", "--by", authority, *granted)
    held = ("--custodian", custodian) if custodian else ()
    shell.say("key", "add", "--by", maker.cold, "--party", maker.id, "--key", maker.key, *held)
    return maker


def api_key(shell: Shell, party: str, place: Path) -> str:
    path = place / f"{uuid.uuid4()}.key"
    assert shell.say("key", "api", "make", "--party", party, "--output", str(path)) == ""
    return str(path)


def event_file(place: Path, **members: object) -> str:
    event = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "eventTime": "2026-11-02T09:30:00Z",
        "eventTimeZoneOffset": "+01:00",
        "epcList": ["https://id.gs1.org/01/09521141123454/21/K001"],
        **members,
    }
    path = place / f"{uuid.uuid4()}.json"
    path.write_text(json.dumps(event), encoding="utf-8")
    return str(path)


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds: the service reads the registry once a second."""
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def signs(shell: Shell, maker: Member, key: str, place: Path, code: int = 0) -> bool:
    """Whether capture with this key ends with this code, once the service knows what the registry says."""
    signing = ("--sign-with", key, *maker.speaks(), "--api-key-file", api_key(shell, maker.id, place))
    return eventually(lambda: shell.code("capture", event_file(place), *signing) == code)


def test_a_party_is_accredited_granted_and_listed(shell: Shell, authority: str) -> None:
    maker = member(shell, authority)
    rows = {row["party"]: row for row in shell.json("party", "list")["parties"]}
    assert (rows[maker.id]["roles"], rows[maker.id]["standing"]) == ("manufacturer/DE", "stands")
    assert "\x1b" not in shell.say("party", "list")


def test_an_id_of_ones_own_choice_is_kept(shell: Shell, authority: str) -> None:
    chosen = "0x" + uuid.uuid4().hex * 2
    assert accredited(shell, authority, "--id", chosen).id == chosen


def test_a_role_is_revoked_and_an_accreditation_ended(shell: Shell, authority: str) -> None:
    maker = member(shell, authority)
    shell.say("party", "revoke", "--by", authority, *maker.speaks())
    shell.say("party", "end", "--by", authority, "--party", maker.id)
    row = next(row for row in shell.json("party", "list")["parties"] if row["party"] == maker.id)
    assert (row["roles"], row["standing"]) == ("", "ended")


def test_a_prefix_is_claimed_once_and_released(shell: Shell, authority: str) -> None:
    one, two = accredited(shell, authority), accredited(shell, authority)
    claim = ("party", "claim", "--by", authority, "--prefix", "9521399", "--party")
    assert "claim" in shell.say(*claim, one.id)
    assert shell.code(*claim, two.id) == 2
    shell.say("party", "release", "--by", authority, "--prefix", "9521399")
    shell.say(*claim, two.id)


@pytest.mark.usefixtures("authority")
def test_the_registry_refuses_who_may_not(shell: Shell) -> None:
    stranger = shell.say("key", "new")
    named = ("--jurisdiction", "DE", "--cold-key", stranger, "--name", "Stranger")
    assert shell.code("party", "accredit", "--by", stranger, *named) == 2
    assert "refused: /accreditParty" in shell.err


def test_an_account_without_a_key_here_could_not_act(shell: Shell) -> None:
    elsewhere = ("--by", "0x" + "11" * 20, "--party", OPERATOR)
    assert shell.code("party", "end", *elsewhere) in (2, 3)


@pytest.mark.parametrize(
    "words",
    [
        ("party", "accredit", "--by", "nobody", "--jurisdiction", "DE", "--cold-key", "0x" + "1" * 40, "--name", "X"),
        (
            "party",
            "accredit",
            "--by",
            "root-authority",
            "--jurisdiction",
            "de",
            "--cold-key",
            "0x" + "1" * 40,
            "--name",
            "X",
        ),
        ("party", "accredit", "--by", "root-authority", "--jurisdiction", "DE", "--cold-key", "0x1", "--name", "X"),
        ("party", "claim", "--by", "root-authority", "--party", OPERATOR, "--prefix", "12x"),
        ("party", "end", "--by", "root-authority", "--party", "0x12"),
        ("key", "compromise", "--by", "root-authority", "--key", "0x" + "1" * 40, "--since", "-1"),
        ("key", "api", "make", "--party", "maker"),
        ("trust", "export", "--log", "0x12"),
        ("trust", "export", "--expire-days", "99999999999"),
        ("trust", "export", "--stale-days", "9", "--expire-days", "3"),
        ("log", "tile"),
        ("log", "checkpoint", "0/000"),
        ("log", "tile", "../../ledger.db"),
        ("receipt", "0x12"),
        ("receipt", "0x" + "1" * 64),
        ("capture", "/nowhere/event.json"),
        ("capture", "/nowhere/event.json", "--role", "carrier"),
        ("capture", "/nowhere/event.json", "--sign-with", "0x" + "1" * 40),
        ("contracts", "verify", "--deployment", "/nowhere"),
        ("contracts", "verify", "--rpc", "not a URL"),
    ],
)
def test_wrong_usage_is_2(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.code(*words) == 2, shell.err
    assert "Traceback" not in shell.err


def test_a_key_is_rotated_by_itself_and_both_sign_for_a_while(shell: Shell, authority: str, tmp_path: Path) -> None:
    maker = member(shell, authority)
    new = shell.say("key", "new")
    shell.say("key", "rotate", "--by", maker.key, "--key", maker.key, "--new-key", new)
    assert [signs(shell, maker, key, tmp_path) for key in (maker.key, new)] == [True, True]


@pytest.mark.parametrize(("act", "more"), [("revoke", ()), ("compromise", ("--since", "1"))])
def test_a_key_that_was_ended_signs_no_more(
    shell: Shell, authority: str, tmp_path: Path, act: str, more: tuple[str, ...]
) -> None:
    maker = member(shell, authority)
    assert signs(shell, maker, maker.key, tmp_path)
    shell.say("key", act, "--by", maker.cold, "--key", maker.key, *more)
    assert signs(shell, maker, maker.key, tmp_path, code=4)


def test_a_party_recovers_with_a_new_key(shell: Shell, authority: str, tmp_path: Path) -> None:
    maker = member(shell, authority)
    new = shell.say("key", "new")
    named = ("--party", maker.id, "--key", new)
    shell.say("key", "recover", "--by", maker.cold, *named)
    assert signs(shell, maker, maker.key, tmp_path, code=4)
    shell.say("key", "complete-recovery", "--by", maker.cold, *named)
    assert signs(shell, maker, new, tmp_path)


def test_keys_are_listed_and_an_api_key_is_printed_once(shell: Shell, authority: str) -> None:
    assert {"key": authority} in shell.json("key", "list")
    assert shell.say("key", "api", "make", "--party", OPERATOR).startswith("tlk_")
    assert shell.json("key", "api", "make", "--party", OPERATOR)["apiKey"].startswith("tlk_")


def test_an_api_key_is_listed_for_what_it_may_do_and_revoked_while_the_service_runs(
    service: Running, shell: Shell
) -> None:
    limits = ("--scope", "read", "--days", "1", "--label", "till \x1b[31m3")
    secret = shell.say("key", "api", "make", "--party", OPERATOR, *limits)
    digest = sha256(secret.encode()).hexdigest()
    (listed,) = (row for row in shell.json("key", "api", "list") if digest.startswith(row["id"]))
    assert (listed["party"], listed["scopes"], listed["revoked"]) == (OPERATOR, "read", "")
    assert listed["expires"] > listed["created"]
    assert secret not in json.dumps(listed) and digest not in json.dumps(listed)
    assert "\x1b" not in shell.say("key", "api", "list")
    read = ("GET", f"{service.runtime['url']}/capture/none", secret)
    assert status(*read) == 404
    assert shell.code("key", "api", "revoke", listed["id"]) == 0
    assert status(*read) == 401
    assert shell.code("key", "api", "revoke", "0" * 16) != 0
    (ended,) = (row for row in shell.json("key", "api", "list") if row["id"] == listed["id"])
    assert ended["revoked"]


def status(method: str, url: str, secret: str) -> int:
    request = urllib.request.Request(url, method=method, headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_from_capture_to_a_final_receipt(shell: Shell, service: Running, authority: str, tmp_path: Path) -> None:
    maker = member(shell, authority)
    assert signs(shell, maker, maker.key, tmp_path)
    key_file = api_key(shell, maker.id, tmp_path)
    signing = ("--sign-with", maker.key, *maker.speaks(), "--api-key-file", key_file)
    job = shell.json("capture", event_file(tmp_path), *signing)
    digest = job["results"][0]["eventDigest"]
    trust = str(tmp_path / "trust.json")
    for flags in (("--view", "whole"), ("--view", "bare"), (), ("--show", "bizStep", "--show", "epcList")):
        receipt = str(tmp_path / "receipt.json")
        shell.say("receipt", digest, *flags, "--wait", "30", "-o", receipt, "--api-key-file", key_file)
        shell.say("trust", "export", "-o", trust)
        assert shell.json("verify", receipt, "--trust-root", trust, "--require-final")["outcome"] == "verified"
    assert shell.code("receipt", digest, "--view", "whole") == 4
    assert not list((service.home / "signed").iterdir())


def test_the_service_signs_for_a_party_whose_key_it_holds(shell: Shell, authority: str, tmp_path: Path) -> None:
    if not any(row["party"] == OPERATOR for row in shell.json("party", "list")["parties"]):
        accredited(shell, authority, "--id", OPERATOR)
    maker = member(shell, authority, custodian=OPERATOR)
    key_file = api_key(shell, maker.id, tmp_path)
    assert eventually(lambda: shell.code("capture", event_file(tmp_path), "--api-key-file", key_file) == 0)
    file = event_file(tmp_path)
    keyed = ("--api-key-file", key_file, "--idempotency-key", "once")
    first = shell.json("capture", file, *keyed)
    assert shell.json("capture", file, *keyed) == first
    shell.say("capture", file, "--role", "manufacturer", "--jurisdiction", "DE", "--api-key-file", key_file)
    bad = event_file(tmp_path, action="NEVER")
    assert shell.code("capture", bad, "--api-key-file", key_file) == 2
    lenient = event_file(tmp_path, bizStep="dreaming")
    shell.say("capture", lenient, "--lenient", "--proceed", "--api-key-file", key_file)


def test_capture_needs_a_key_and_says_so(shell: Shell, tmp_path: Path) -> None:
    assert shell.code("capture", event_file(tmp_path)) == 4


def test_what_was_signed_is_sent_again_after_a_lost_answer_not_signed_anew(
    shell: Shell, service: Running, authority: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = member(shell, authority)
    assert signs(shell, maker, maker.key, tmp_path)
    signing = ("--sign-with", maker.key, *maker.speaks(), "--api-key-file", api_key(shell, maker.id, tmp_path))
    file, post = event_file(tmp_path), Client.post

    def answer_is_lost(client: Client, *arguments: Any) -> Any:
        post(client, *arguments)
        raise NoAnswerError("the answer is lost")

    monkeypatch.setattr(Client, "post", answer_is_lost)
    assert shell.code("capture", file, *signing) == 3
    (kept,) = (service.home / "signed").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(Client, "post", post)
    (result,) = shell.json("capture", file, *signing)["results"]
    assert (result["status"], "promise" in result) == ("duplicate", True)
    assert not kept.exists()


def test_the_log_is_shown_as_it_is_served(shell: Shell, tmp_path: Path) -> None:
    assert json.loads(shell.say("log", "parameters"))["origin"] == "tradeledger.example/log"
    shell.say("log", "checkpoint", "-o", str(tmp_path / "checkpoint"))
    assert (tmp_path / "checkpoint").read_bytes().startswith(b"tradeledger.example/log\n")
    shell.say("log", "tile", "0/000.p/1", "-o", str(tmp_path / "tile"))
    assert len((tmp_path / "tile").read_bytes()) == 32


def test_the_contracts_are_those_of_the_package(shell: Shell) -> None:
    rows = shell.json("contracts", "verify")
    assert [(row["contract"], row["outcome"]) for row in rows] == [
        ("PartyRegistry", "equal"),
        ("CheckpointRegistry", "equal"),
        ("CustodyLedger", "equal"),
    ]


def test_other_code_at_an_address_is_1(shell: Shell, service: Running, tmp_path: Path) -> None:
    deployment = json.loads((service.home / "deployment.json").read_bytes())
    deployment["partyRegistry"], deployment["checkpointRegistry"] = (
        deployment["checkpointRegistry"], deployment["partyRegistry"],
    )  # fmt: skip
    swapped = tmp_path / "deployment.json"
    swapped.write_text(json.dumps(deployment), encoding="utf-8")
    assert shell.code("contracts", "verify", "--deployment", str(swapped)) == 1


def test_a_service_that_is_not_there_could_not_be_asked(shell: Shell) -> None:
    assert shell.code("log", "checkpoint", "--url", "http://127.0.0.1:1") == 3
    assert shell.code("party", "list", "--rpc", "http://127.0.0.1:1") == 3

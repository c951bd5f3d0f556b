"""Each runbook, run for real: the fault is provoked, what it says is seen is seen, its commands are run as printed."""

from __future__ import annotations

import json
import resource
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.adapters.devnet import Devnet
from ledger.adapters.keystore import Keystore
from ledger.adapters.sql.store import SqlStore
from ledger.bootstrap.backup import back_up
from ledger.bootstrap.home import DEMO_MARK, Home
from ledger.bootstrap.service import system_clock
from ledger.codec.hex_strict import encode_hex
from ledger.codec.statement import Domain
from ledger.config import Config
from ledger.service.acceptance import Terms
from ledger.service.signing import Capacity, Mandate, dump_envelope, sign_event
from ledger.types import Address, LogId
from tests.adapters.stored import AT, new_event
from tests.api.house import some_event
from tests.builders import party
from tests.crash.victim import CLOCK, ORDINARY, Life, Plan, wait_until
from tests.documents import environment, run, shell_blocks

SLOW = 3600
Steps = list[str]


class Site:
    """A home whose service is started, looked at and ended, as its operator does."""

    def __init__(self, place: Path) -> None:
        self.place, self.home = place, place / "home"

    def begin(self) -> None:
        """Make the home."""
        self.home.mkdir(mode=0o700)
        (self.home / DEMO_MARK).touch()
        self.set("checkpoint_seconds = 0.05", "anchor_seconds = 0.05")

    @property
    def config(self) -> Config:
        return Config(home=str(self.home))

    def set(self, *lines: str) -> None:
        (self.home / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    @contextmanager
    def up(self, plan: Plan = ORDINARY) -> Iterator[Life]:
        life = Life(self.home, plan)
        try:
            life.wait_until_announced()
            yield life
        finally:
            life.end()

    def ends_at_once(self) -> str:
        """What it says when it does not start."""
        life = Life(self.home)
        assert life.wait_until_dead() == 3, life.errors
        return life.errors

    def grow(self, number: int) -> None:
        """One more record, as if it had been captured."""
        store = SqlStore(Home(self.config).database)
        store.append([new_event(number)], AT)
        store.close()

    def follow(self, block: str, **variables: str) -> str:
        """Run a block of the runbook as printed; what it prints."""
        done = run(block, self.place, environment(TRADELEDGER_HOME=str(self.home), **variables))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, path: str, body: bytes | None = None, key: str = "") -> tuple[int, Any]:
        url = json.loads((self.home / "runtime.json").read_bytes())["url"] + path
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as reply:
            return reply.code, reply.read()

    def reasons(self) -> dict[str, str]:
        """What keeps it from being ready, by part."""
        status, body = self.ask("/health/ready")
        reasons = {each["part"]: each["detail"] for each in json.loads(body)["reasons"]}
        assert (status == 200) == (not reasons)
        return reasons

    def waits_for(self, part: str) -> str:
        wait_until(lambda: part in self.reasons(), lambda: f"no reason {part}: {self.reasons()}")
        return self.reasons()[part]

    def gets_ready(self) -> None:
        wait_until(lambda: not self.reasons(), lambda: f"not ready: {self.reasons()}")

    def metric(self, name: str) -> float:
        lines = self.ask("/metrics")[1].decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def anchors(self, size: int) -> None:
        def is_anchored() -> bool:
            return bool(json.loads(self.ask("/health")[1])["records"]["anchored"] >= size)

        wait_until(is_anchored, lambda: f"{size} records are not anchored: {self.ask('/health')[1]!r}")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of one record, which is anchored; what it ran has ended."""
    site = Site(tmp_path_factory.mktemp("begun"))
    site.begin()
    with site.up():
        site.grow(0)
        site.anchors(1)
    return site.home


@pytest.fixture
def site(tmp_path: Path, begun: Path) -> Site:
    """A copy of the home that was begun."""
    shutil.copytree(begun, tmp_path / "home")
    return Site(tmp_path)


@pytest.fixture
def new_site(tmp_path: Path) -> Site:
    """A home that was never served from."""
    site = Site(tmp_path)
    site.begin()
    return site


@pytest.fixture
def chain(new_site: Site) -> Iterator[Devnet]:
    """A node of its own, which the service and commands of a new site use by its URL."""
    site = new_site
    with Devnet(site.place / "chain") as devnet:
        home = Home(site.config)
        accounts = home.accounts(home.keystore())
        devnet.fund(accounts.anchorer, accounts.log_owner, accounts.root_authority)
        points_at(site, devnet.url)
        yield devnet


def points_at(site: Site, url: str) -> None:
    site.set("checkpoint_seconds = 0.05", "anchor_seconds = 0.05", f'chain_url = "{url}"', 'finality = "depth:1"')


def book(name: str) -> Steps:
    return shell_blocks(f"runbooks/{name}.md")


def test_stuck_nonce(new_site: Site, chain: Devnet) -> None:
    site = new_site
    with site.up():
        site.grow(0)
        site.anchors(1)
        chain.rpc("evm_setAutomine", False)
        site.grow(1)
        wait_until(lambda: chain.rpc("txpool_status")["pending"] != "0x0", lambda: "nothing is sent")  # type: ignore[index,call-overload]
        chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**12))  # what was sent offers far less
        chain.rpc("evm_mine")
        chain.rpc("evm_setAutomine", True)
        wait_until(lambda: site.metric("tradeledger_nonce_gap") == 1, lambda: "no gap is seen")
        (step,) = book("stuck-nonce")
        site.follow(step)
        assert json.loads(site.ask("/health")[1])["records"]["anchored"] == 1
    fund_anchorer(site, chain)
    with site.up() as life:
        site.anchors(2)
        site.gets_ready()
        assert "another account anchors now" in life.errors
        wait_until(lambda: site.metric("tradeledger_nonce_gap") == 0, lambda: "the gap stays")


def test_lost_anchoring_key(site: Site) -> None:
    anchorer = Home(site.config).read_accounts().anchorer
    (site.home / "keys" / f"key-{anchorer.hex()}.json").unlink()
    by_account, _ = book("lost-key")
    with site.up():
        assert f"there is no key for {encode_hex(anchorer)}, which anchors" in site.waits_for("signer")
        site.follow(by_account)
    with site.up():
        site.grow(1)
        site.anchors(2)
        site.gets_ready()


def test_lost_log_key(site: Site) -> None:
    back_up(site.config, site.place / "backup", system_clock)
    (site.home / "log-key.json").unlink()
    assert "log-key.json is gone, and the log of this home was opened with it: put it back" in site.ends_at_once()
    _, from_backup = book("lost-key")
    site.follow(from_backup, BACKUP=str(site.place / "backup"))
    with site.up():
        site.gets_ready()


def test_wrong_chain(new_site: Site, chain: Devnet) -> None:
    site = new_site
    with site.up():
        site.grow(0)
        site.anchors(1)
    with Devnet(site.place / "another") as another:
        points_at(site, another.url)
        assert f"another chain answers: id {another.chain_id}" in site.ends_at_once()
        (step,) = book("wrong-chain")
        printed = site.follow(step)
        assert str(chain.chain_id) in printed and another.url in printed
    points_at(site, chain.url)
    with site.up():
        site.grow(1)
        site.anchors(2)
        site.gets_ready()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the limit of another process is set on Linux only")
def test_disk_full(site: Site) -> None:
    with site.up() as life:
        assert life.process.pid is not None
        _, most = resource.prlimit(life.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(life.process.pid, resource.RLIMIT_FSIZE, (0, most))  # no file of it grows any more
        assert "the database" in site.waits_for("store")
        (step,) = book("disk-full")
        assert "ledger.db" in site.follow(step)
        assert site.ask("/log/checkpoint")[0] == 200
        resource.prlimit(life.process.pid, resource.RLIMIT_FSIZE, (most, most))
        site.gets_ready()
        site.anchors(1)


def test_clock_wrong(new_site: Site) -> None:
    site = new_site
    (site.home / CLOCK).write_text(str(-SLOW))
    with site.up(Plan(wrong_clock=True)):
        made = ("key", "api", "make", "--party", encode_hex(party("maker")))
        key = site.follow(f"tradeledger {' '.join(made)}").strip()
        envelope = signed_now(site)
        status, body = site.ask("/events", envelope, key)
        assert (status, json.loads(body)["pointer"]) == (400, "/statement/signedAt"), body
        (step,) = book("clock-wrong")
        site.follow(step)
        (site.home / CLOCK).write_text("0")
        status, body = site.ask("/events", envelope, key)
        assert status == 403, body  # its time is right now; that its signer is unknown is another matter


def test_restored_copy(site: Site) -> None:
    with site.up():
        back_up(site.config, site.place / "backup", system_clock)
        site.grow(1)
        site.anchors(2)
    lost = site.place / "lost"
    site.home.rename(lost)
    shutil.copytree(lost, site.home)
    put_back, succeed, tell = book("restored-copy")
    run(f'tar -xf "{site.place / "backup"}" -C "{site.home}" ledger.db', site.place, environment())
    assert "this store is older than its log: the newest head on chain is of 2 records" in site.ends_at_once()
    shutil.rmtree(site.home)
    site.follow(put_back, BACKUP=str(site.place / "backup"), PASSWORD=str(lost / "password"))
    with site.up():
        assert "tradeledger log succeed" in site.waits_for("capture")
    site.follow(succeed)
    with site.up():
        site.grow(2)
        site.anchors(2)
        site.gets_ready()
        site.follow(tell)
        logs = json.loads((site.place / "trust-root.json").read_bytes())["logs"]
        assert [log["successor"] for log in logs] == [None, logs[0]["logId"]]


def fund_anchorer(site: Site, chain: Devnet) -> None:
    chain.fund(Home(site.config).read_accounts().anchorer)


def signed_now(site: Site) -> bytes:
    """An envelope by a key that nobody knows, at the right time."""
    keystore: Keystore = Home(site.config).keystore()
    mandate = Mandate(party("maker"), keystore.create(), Capacity("manufacturer", "DE"))
    return dump_envelope(sign_event(some_event(), mandate, keystore, terms_of(site), system_clock()))


def terms_of(site: Site) -> Terms:
    log = json.loads(site.ask("/log")[1])
    registry, log_id = (bytes.fromhex(log[name][2:]) for name in ("partyRegistry", "logId"))
    return Terms(Domain(log["chainId"], Address(registry)), LogId(log_id))

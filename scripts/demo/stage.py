"""The stage: a service on a development chain of its own, a filled registry, and every actor with its keys."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Self

import uvicorn

from api.app import create_app
from ledger.adapters.devnet import Devnet
from ledger.bootstrap.home import DEMO_MARK
from ledger.bootstrap.service import Service, open_service
from ledger.cli.client import Client
from ledger.codec.hex_strict import encode_hex
from ledger.codec.key_binding import NO_CUSTODIAN
from ledger.config import Config
from ledger.domain.trusted import TrustRoot
from ledger.ports import ApiKey
from ledger.service.signing import Capacity, Mandate
from ledger.service.states import watermarks
from ledger.service.trust import export_trust_root
from ledger.types import Address, Hash32, PartyId, UnixTime
from scripts.demo.cast import ACTORS, AUTHORITIES, OPERATOR_NAME, Actor

HOME = Path(__file__).resolve().parents[2] / ".demo"
ORIGIN = "demo.tradeledger.example/log"
YEAR = 365 * 86_400
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Player:
    """An actor with what it needs: its party, its key (held by the operator where custodial), and its API key."""

    actor: Actor
    mandate: Mandate
    client: Client


def party_of(name: str) -> PartyId:
    """Return the demo's party id for a registered name."""
    return PartyId(sha256(b"tradeledger/demo/party/1" + name.encode()).digest())


OPERATOR = party_of(OPERATOR_NAME)


class Stage:
    """Open it as a context manager; leaving it stops service and chain. The home folder stays, for ``make up``."""

    def __init__(self, home: Path = HOME) -> None:
        _begin_anew(home)
        self.config = Config(
            home=str(home),
            port=0,
            origin=ORIGIN,
            custodian=encode_hex(OPERATOR),
            checkpoint_seconds=0.1,
            anchor_seconds=0.1,
        )
        self.service: Service = open_service(self.config)
        self.players: dict[str, Player] = {}
        self._authorities: dict[str, Address] = {}
        self._server, self.url = _serve(self.service)

    def __enter__(self) -> Self:
        self.service.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self.service.close()

    def stop_anchoring(self, promise_seconds: int) -> None:
        """Open the same service again, as one that promises within ``promise_seconds`` and never anchors."""
        self.__exit__()
        self.service = open_service(replace(self.config, promise_seconds=promise_seconds))
        self.service.registry.refresh()
        self._server, self.url = _serve(self.service)
        self.players = {
            word: replace(player, client=player.client.moved_to(self.url)) for word, player in self.players.items()
        }

    def let_time_pass(self, seconds: int) -> None:
        """Return when a block of the chain is that much later than now, and final."""
        devnet = self._devnet()
        devnet.rpc("evm_increaseTime", seconds)
        devnet.rpc("evm_mine")
        devnet.flush()

    def register(self) -> None:
        """Fill the registry: authorities, operator, actors; their roles, keys and company prefixes."""
        root, act = self.service.accounts.root_authority, self.service.registrar
        for jurisdiction, name in AUTHORITIES.items():
            cold_key = self._authorities[jurisdiction] = self.service.keystore.create()
            self._fund(cold_key)
            act.accredit_authority(root, party_of(name), jurisdiction, cold_key, name)
        self.admit(OPERATOR_NAME, "platform", "CN")
        for actor in ACTORS:
            self.players[actor.word] = self.admit(actor.name, actor.role, actor.jurisdiction, actor)

    def admit(self, name: str, role: str, jurisdiction: str, actor: Actor | None = None) -> Player:
        """Accredit a party, grant its role, bind its key, claim its prefix; return it with an API key."""
        party, authority = party_of(name), self._authorities[jurisdiction]
        custodial = actor is not None and actor.custodial
        keystore = self.service.keystore
        cold_key, key = keystore.create(), keystore.create()
        self._fund(cold_key)
        act, now = self.service.registrar, self.service.clock()
        act.accredit_party(authority, party, jurisdiction, cold_key, name)
        act.grant_role(authority, party, role, jurisdiction, now, UnixTime(now + YEAR))
        act.add_key(cold_key, party, key, OPERATOR if custodial else NO_CUSTODIAN)
        if actor is not None:
            act.claim_prefix(authority, party, actor.prefix)
        self.service.registry.refresh()
        mandate = Mandate(party, key, Capacity(role, jurisdiction))
        return Player(
            actor or Actor(name, name, role, jurisdiction, "", ""), mandate, Client(self.url, self._api_key(party))
        )

    def trust_root(self) -> TrustRoot:
        """Return a trust root as somebody exports it now from the node."""
        return export_trust_root(self.service.chain.chain, [self.service.terms.log_id], self.service.clock())

    def wait_until_final(self) -> None:
        """Return when everything sequenced is final."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while watermarks(self.service.store).final < self.service.store.record_count():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not final after {PATIENCE_SECONDS:.0f} s: {dict(self.service.worker.faults)}")
            time.sleep(POLL_SECONDS)

    def _fund(self, *accounts: Address) -> None:
        self._devnet().fund(*accounts)

    def _devnet(self) -> Devnet:
        devnet = self.service.chain.devnet
        if devnet is None:
            raise AssertionError("the stage runs its own chain")
        return devnet

    def _api_key(self, party: PartyId) -> str:
        secret = "tlk_" + secrets.token_urlsafe(32)
        digest = Hash32(sha256(secret.encode()).digest())
        self.service.store.put_api_key(ApiKey(digest, party, "demo", self.service.clock()))
        return secret


def _begin_anew(home: Path) -> None:
    if home.exists():
        if not (home / DEMO_MARK).exists():
            raise FileExistsError(f"{home} is not a demo's home: move it away")
        shutil.rmtree(home)
    home.mkdir(mode=0o700)
    (home / DEMO_MARK).write_text("Keys in here are demo keys: never use them elsewhere.\n", encoding="utf-8")
    settings = f'origin = "{ORIGIN}"\ncustodian = "{encode_hex(OPERATOR)}"\n'
    (home / "config.toml").write_text(settings, encoding="utf-8")  # for `make up`


def _serve(service: Service) -> tuple[uvicorn.Server, str]:
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_level="error", access_log=False))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(POLL_SECONDS)
    port = server.servers[0].sockets[0].getsockname()[1]
    return server, f"http://127.0.0.1:{port}"

"""``tradeledger up``: the service, and without a chain URL its own development chain, until it is interrupted.

SIGINT and SIGTERM end it alike: requests under way are answered, the chain is dumped, what says that it runs is
withdrawn, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from types import FrameType

import uvicorn

from api.app import create_app
from api.server import server_of
from ledger.bootstrap.logs import logging_to
from ledger.bootstrap.service import Service, open_service
from ledger.cli.exits import Exit
from ledger.cli.output import progress
from ledger.cli.settings import add_home, config_from
from ledger.config import Config
from ledger.errors import MalformedError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_home(parser)
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any free one (default: 8700)")
    chain = "JSON-RPC URL of an EVM node (default: a development chain of its own)"
    parser.add_argument("--chain-url", metavar="URL", help=chain)
    parser.add_argument("--finality", help='when a block is final: "devnet", "finalized" or "depth:N"')
    parser.add_argument("--origin", help="name of the log: the first line of its checkpoints")
    parser.add_argument("--custodian", metavar="PARTY", help="party id under which this service holds keys for others")


class _Ending:
    """Whether this process was told to end. The signal only says so: an exception could get lost where it arrives."""

    def __init__(self) -> None:
        self.told = False
        self.server: uvicorn.Server | None = None

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.told = True
        if self.server is not None:
            self.server.should_exit = True


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    ending = _Ending()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, ending)
    config = config_from(arguments)
    with logging_to(sys.stderr), _listen(config) as listener:
        progress("opening keys, database, chain and log …")
        service = open_service(config)
        try:
            service.start()
            _serve(service, listener, ending)
        finally:
            service.home.withdraw()
            service.close()
    progress("ended")
    return Exit.OK


def _listen(config: Config) -> socket.socket:
    """Return a socket that takes connections from now on; they wait until the service is open."""
    try:
        family = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        expected = f"a free port of this machine at {config.host}"
        raise MalformedError("/port", expected, f"{config.port}: {error.strerror}") from None


def _serve(service: Service, listener: socket.socket, ending: _Ending) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    service.home.announce(url, service.chain.url)
    print(_welcome(service, url), flush=True)
    ending.server = server_of(create_app(service))
    if not ending.told:
        ending.server.run(sockets=[listener])  # it takes the signals over, and hands them back when it ends


def _welcome(service: Service, url: str) -> str:
    lines = [f"Trade Ledger answers at {url} (API: {url}/openapi.json)"]
    if service.chain.devnet is not None:
        lines.append("DEVELOPMENT CHAIN, run by this process: it shows how things work and proves nothing to others.")
    if not service.registry.now().registry.parties():
        home = f" --home {service.home.path}" if service.config.home != Config().home else ""
        lines.append(
            "Nobody is registered yet. In another terminal, from key to verified receipt: docs/first-receipt.md"
        )
        lines.append(
            f"  tradeledger key new{home}    # then: tradeledger party accredit --authority --by root-authority …"
        )
    return "\n".join(lines)

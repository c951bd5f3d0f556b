"""``tradeledger up``: the service, and without a chain URL its own development chain, until it is interrupted."""

from __future__ import annotations

import argparse
import logging
import socket
import sys

import uvicorn

from api.app import create_app
from ledger.bootstrap import Service, open_service
from ledger.cli.exits import Exit
from ledger.cli.output import progress
from ledger.cli.settings import add_home, config_from
from ledger.config import Config
from ledger.errors import MalformedError


def configure(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on, 0 for any free one (default: 8700)")
    parser.add_argument("--chain-url", help="JSON-RPC URL of an EVM node (default: a development chain of its own)")
    parser.add_argument("--finality", help='when a block is final: "devnet", "finalized" or "depth:N"')
    parser.add_argument("--origin", help="name of the log: the first line of its checkpoints")
    parser.add_argument("--custodian", help="party id under which this service holds keys for others")


def run(arguments: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = config_from(arguments)
    listener = _listen(config)
    progress("opening keys, database, chain and log …")
    service = open_service(config)
    try:
        service.start()
        _serve(service, listener)
    finally:
        service.home.withdraw()
        service.close()
    return Exit.OK


def _listen(config: Config) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError as error:
        raise MalformedError("/port", f"a free port at {config.host}", f"{config.port}: {error.strerror}") from None
    return listener


def _serve(service: Service, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://{host}:{port}"
    service.home.announce(url, service.chain.url)
    print(f"Trade Ledger answers at {url} (API: {url}/docs)", flush=True)
    if service.chain.devnet is not None:
        print(
            "Development chain, run by this process: it shows how things work and proves nothing to others.", flush=True
        )
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", access_log=False))
    server.run(sockets=[listener])

"""Signing a file's events here, once: what is signed is kept until the service has answered for it.

After a lost answer the same command sends the same signatures again, so that an event is not logged twice under two.
"""

from __future__ import annotations

import argparse
import time
import uuid
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from ledger.adapters.key_files import make_folder, write_private
from ledger.bootstrap.home import Home
from ledger.cli.client import Client
from ledger.cli.node import account, party_id
from ledger.cli.output import warn
from ledger.cli.settings import config_from
from ledger.codec.hex_strict import decode_hex
from ledger.codec.json_shape import open_object, whole_number
from ledger.codec.statement import Domain
from ledger.codec.strict_json import MAX_DOCUMENT_BYTES, parse
from ledger.epcis.documents import complete_events
from ledger.errors import LedgerError, NoAnswerError
from ledger.service.acceptance import Terms
from ledger.service.custodian import complete
from ledger.service.signing import Capacity, Mandate, dump_envelope, sign_event
from ledger.types import Address, JsonObject, LogId, UnixTime

FOLDER = "signed"
MAX_CHAIN_ID = 2**53 - 1


def hand_in_signed(
    client: Client, body: bytes, headers: Mapping[str, str], arguments: argparse.Namespace
) -> JsonObject:
    """Return the capture job of the file's events, signed with the named key."""
    home = Home(config_from(arguments))
    capacity = Capacity(arguments.role, arguments.jurisdiction)
    mandate = Mandate(party_id(arguments.party), account(arguments.sign_with, "/sign-with"), capacity)
    kept = home.path / FOLDER / f"{_fingerprint(body, mandate)}.json"
    if kept.exists():
        warn("sending again what was signed before and not answered for")
    else:
        make_folder(kept.parent)
        write_private(kept, _sign(body, client, home, mandate))
    return _hand_in(client, kept, headers)


def _hand_in(client: Client, kept: Path, headers: Mapping[str, str]) -> JsonObject:
    try:
        job = client.post("/capture", kept.read_bytes(), headers)
    except NoAnswerError:
        raise  # it may have been logged: it stays, to be sent again
    except LedgerError:
        kept.unlink()
        raise
    kept.unlink()
    return job


def _sign(body: bytes, client: Client, home: Home, mandate: Mandate) -> str:
    """Return the file's events as an array of envelopes."""
    signer, terms, now = home.signer(home.keystore()), log_terms(client.get_json("/log")), UnixTime(int(time.time()))
    events = (open_object(placed.event, placed.pointer) for placed in complete_events(parse(body, MAX_DOCUMENT_BYTES)))
    envelopes = (sign_event(complete(event, uuid.uuid4().urn), mandate, signer, terms, now) for event in events)
    return (b"[" + b",".join(map(dump_envelope, envelopes)) + b"]").decode()


def log_terms(parameters: JsonObject) -> Terms:
    """Return what a statement must name, as the service tells it at ``/log``."""
    registry = Address(decode_hex(parameters.get("partyRegistry"), 20, "/partyRegistry"))
    domain = Domain(whole_number(parameters.get("chainId"), "/chainId", MAX_CHAIN_ID), registry)
    ledger = parameters.get("custodyLedger")
    custody = None if ledger is None else Address(decode_hex(ledger, 20, "/custodyLedger"))
    return Terms(domain, LogId(decode_hex(parameters.get("logId"), 32, "/logId")), custody_ledger=custody)


def _fingerprint(body: bytes, mandate: Mandate) -> str:
    words = f"{mandate.capacity.role}/{mandate.capacity.jurisdiction}".encode()
    return sha256(sha256(body).digest() + mandate.party + mandate.key + words).hexdigest()

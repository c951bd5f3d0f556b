"""The log's public static files (C2SP tlog-tiles) and what a signer needs to know of it.

A file server over the same folder serves the same bytes.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from api import problems
from api.auth import OpenService
from api.schemas.answers import LogParameters
from ledger.codec.hex_strict import encode_hex
from ledger.codec.merkle import HASH_BYTES
from ledger.codec.note import format_verifier_key
from ledger.codec.tiles import TILE_HEIGHT, TILE_WIDTH, BundleId, TileId, parse_path
from ledger.errors import MalformedError, NotFoundError

router = APIRouter(prefix="/log", tags=["log"])

FOR_EVER = "public, max-age=31536000, immutable"
NOT_KEPT = "no-cache"
OCTETS = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
BUNDLE_RECORD_BYTES = 2 + HASH_BYTES
"""A record in an entry bundle: its length as uint16, then itself."""


@router.get(
    "",
    summary="Chain, registry, log id, origin and verifier key: what a statement names",
    responses=problems.documented(),
)
def parameters(service: OpenService) -> LogParameters:
    """Return the parameters of the log."""
    domain = service.terms.domain
    return LogParameters(
        origin=service.config.origin,
        logId=encode_hex(service.terms.log_id),
        verifierKey=format_verifier_key(service.log_key),
        chainId=domain.chain_id,
        partyRegistry=encode_hex(domain.verifying_contract),
        predecessors=[encode_hex(log.log_id) for log in service.shelf.closed],
        custodyLedger=None if service.terms.custody_ledger is None else encode_hex(service.terms.custody_ledger),
    )


@router.get(
    "/checkpoint",
    response_class=Response,
    summary="The newest signed checkpoint",
    responses={200: {"content": {TEXT: {"schema": {"type": "string"}}}}, **problems.documented(404)},
)
def checkpoint(service: OpenService) -> Response:
    """Return the C2SP signed note."""
    note = service.tiles.read_checkpoint()
    if note is None:
        raise NotFoundError("", "a checkpoint", "a log without records")
    return Response(note, media_type=TEXT, headers={"Cache-Control": NOT_KEPT})


@router.get(
    "/tile/{path:path}",
    response_class=Response,
    summary="A hash tile or an entry bundle",
    responses={200: {"content": {OCTETS: {"schema": {"type": "string"}}}}, **problems.documented(404)},
)
def tile(path: str, service: OpenService) -> Response:
    """Return the file at its C2SP path, such as ``0/x001/234``, ``0/000.p/5`` or ``entries/000``."""
    try:
        file = parse_path(f"tile/{path}")
    except MalformedError as error:
        raise NotFoundError("", error.expected, error.found) from None
    if not _is_integrated(file, service.store.integrated_size()):
        raise NotFoundError("", "a tile within the integrated log", "one beyond it")
    size = file.width * (HASH_BYTES if isinstance(file, TileId) else BUNDLE_RECORD_BYTES)
    # Where only a wider tile is kept, the one asked for is its beginning.
    return Response(service.tiles.read(file)[:size], media_type=OCTETS, headers={"Cache-Control": FOR_EVER})


def _is_integrated(file: TileId | BundleId, size: int) -> bool:
    """Say whether the log's first ``size`` records fill this tile or bundle to its width."""
    level = file.level if isinstance(file, TileId) else 0
    return file.index * TILE_WIDTH + file.width <= size >> TILE_HEIGHT * level

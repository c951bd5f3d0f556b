"""Rows to values and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Row

from ledger.ports import (
    Anchor,
    AnchorState,
    ApiKey,
    CaptureJob,
    Erasure,
    NewEvent,
    Scope,
    StoredCheckpoint,
    StoredEvent,
)
from ledger.types import Hash32, UnixTime

_HASH_BYTES = 32


write_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns the text of a JSON column."""


def event_row(leaf_index: int, captured_at: UnixTime, event: NewEvent) -> tuple[object, ...]:
    """Return the row of ``events``, in the order of its columns; the record has its own table."""
    return (
        leaf_index,
        captured_at,
        event.event_bytes,
        event.event_id,
        event.has_declaration,
        event.event_digest,
        event.seed,
        write_json(event.statement),
        event.signature,
        event.party,
        event.event_hash,
        event.event_hash_rules,
        write_json(event.deviations) if event.deviations else "[]",
    )


def stored_event(row: Row[Any]) -> StoredEvent:
    """Return the event of a row of ``events`` joined with its record and, if it has one, its erasure."""
    values = dict(row._mapping)
    leaf_index, captured_at = values.pop("leaf_index"), values.pop("captured_at")
    erased_at, basis = values.pop("erased_at"), values.pop("basis")
    erasure = None if erased_at is None else Erasure(leaf_index, erased_at, basis)
    values["deviations"] = tuple(values["deviations"])
    return StoredEvent(leaf_index, captured_at, NewEvent(**values), erasure)


def stored_erasure(row: Row[Any]) -> Erasure:
    """Return the erasure of a row of ``erasures``."""
    return Erasure(**row._mapping)


def plain_row(value: CaptureJob | StoredCheckpoint | Erasure) -> dict[str, Any]:
    """Return the row of a value whose fields are the columns."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def stored_job(row: Row[Any]) -> CaptureJob:
    """Return the job of a row of ``capture_jobs``."""
    values = dict(row._mapping)
    return CaptureJob(**(values | {"results": tuple(values["results"])}))


def stored_checkpoint(row: Row[Any]) -> StoredCheckpoint:
    """Return the checkpoint of a row of ``checkpoints``."""
    return StoredCheckpoint(**row._mapping)


def anchor_row(anchor: Anchor) -> dict[str, Any]:
    """Return the row of ``anchors``; the transaction hashes stand in one column, one behind the other."""
    values = {field.name: getattr(anchor, field.name) for field in fields(anchor)}
    return values | {"transactions": b"".join(anchor.transactions), "state": anchor.state.value}


def stored_anchor(row: Row[Any]) -> Anchor:
    """Return the anchor of a row of ``anchors``."""
    values = dict(row._mapping)
    joined = values["transactions"]
    hashes = (Hash32(joined[start : start + _HASH_BYTES]) for start in range(0, len(joined), _HASH_BYTES))
    return Anchor(**(values | {"transactions": tuple(hashes), "state": AnchorState(values["state"])}))


def api_key_row(key: ApiKey) -> dict[str, Any]:
    """Return the row of ``api_keys``; its scopes are words in one text."""
    values = {field.name: getattr(key, field.name) for field in fields(key)}
    return values | {"scopes": " ".join(sorted(scope.value for scope in key.scopes))}


def stored_api_key(row: Row[Any]) -> ApiKey:
    """Return the key of a row of ``api_keys``."""
    values = dict(row._mapping)
    return ApiKey(**(values | {"scopes": frozenset(map(Scope, values["scopes"].split()))}))

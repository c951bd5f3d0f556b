"""The OpenAPI 3.1 document: what FastAPI knows of the routes, and the schemas of the files that are exchanged."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.schemas.answers import Problem
from api.schemas.files import SCHEMA_PREFIX, SCHEMAS
from api.schemas.trace import TRACE_SCHEMAS
from ledger import __version__

DESCRIPTION = (
    "Signed trade events in, receipts out that anyone can check without this service. The exact bytes stand in "
    "docs/spec.md, how to integrate in docs/api.md. Idempotency-Key follows an IETF draft and may change with it."
)
TAGS = {
    "capture": "Hand in events: EPCIS documents, or envelopes signed with an own key.",
    "events": "Single events, as signed.",
    "items": "What happened to one item, step by step, and what is odd about it.",
    "receipts": "All the evidence for one event in one file.",
    "log": "The public log as static files (C2SP tlog-tiles).",
    "health": "Is it alive, and how far is it?",
}


def _operation_id(route: APIRoute) -> str:
    return route.name


ABOUT: Final[dict[str, Any]] = {
    "title": "Trade Ledger",
    "version": __version__,
    "description": DESCRIPTION,
    "openapi_tags": [{"name": name, "description": text} for name, text in TAGS.items()],
    "generate_unique_id_function": _operation_id,
}
"""Arguments of an `Application`."""

_NEVER_ANSWERED = {"HTTPValidationError", "ValidationError"}
"""What FastAPI documents by itself for parameters; here these are problems of status 400."""

_HEAD_TOO_LARGE: Final[dict[str, Any]] = {
    "description": "Request line and headers are too large: told in words by the server, which reads no further",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}


class Application(FastAPI):
    """A FastAPI application with the whole document."""

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        document = super().openapi()
        schemas = document["components"]["schemas"] | SCHEMAS | TRACE_SCHEMAS | {"Problem": _problem_schema()}
        document["components"]["schemas"] = {name: schemas[name] for name in sorted(schemas.keys() - _NEVER_ANSWERED)}
        for item in document["paths"].values():
            _tell_path_parameters(item)
        for operation in (each for item in document["paths"].values() for each in item.values()):
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
            operation["responses"]["431"] = _HEAD_TOO_LARGE
        return document


def _tell_path_parameters(item: dict[str, Any]) -> None:
    """Document, for the ``OPTIONS`` of a path, the parameters in it, which its function does not read.

    A value with a line feed is no such path.
    """
    named = {each["name"]: each for operation in item.values() for each in operation.get("parameters", ())}
    any_text = {"schema": {"type": "string"}}  # which value it is, OPTIONS does not ask
    in_path = [each | any_text for each in named.values() if each["in"] == "path"]
    if in_path and "options" in item:
        item["options"]["parameters"] = in_path
        item["options"]["responses"] |= _not_found(item)


def _not_found(item: dict[str, Any]) -> dict[str, Any]:
    told = ({"404": each["responses"]["404"]} for each in item.values() if "404" in each["responses"])
    return next(told, {})  # an item of which nobody said anything is traced all the same


def _problem_schema() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=SCHEMA_PREFIX + "{model}")
    return {name: value for name, value in schema.items() if name != "$defs"}  # these are there as answers themselves

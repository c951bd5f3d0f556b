"""The OpenAPI document: checked in, whole, and true to what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from api.schemas.files import SCHEMAS
from scripts.make_openapi import TARGET, text
from tests.api.house import House

DOCUMENT = create_app(None).openapi()
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in item]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What a JSON Schema finds wrong: as much of it as our own schemas use."""
    if "$ref" in schema:
        return faults(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value)
    if "anyOf" in schema:
        return [] if any(not faults(each, value) for each in schema["anyOf"]) else ["no schema of anyOf"]
    found = []
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [f"{schema['type']} wanted"]
    if "const" in schema and value != schema["const"]:
        found.append("another constant")
    if "enum" in schema and value not in schema["enum"]:
        found.append("not of the enum")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append("another pattern")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{name} is missing" for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{name} is unknown" for name in value.keys() - properties.keys()]
        found += [
            f"{name}: {fault}"
            for name in value.keys() & properties.keys()
            for fault in faults(properties[name], value[name])
        ]
    if isinstance(value, list):
        found += [fault for each in value for fault in faults(schema.get("items", {}), each)]
    return found


def test_the_file_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == text()


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert {reference.rpartition("/")[2] for reference in references(DOCUMENT)} <= schemas.keys()
    assert all(reference.startswith("#/components/schemas/") for reference in references(DOCUMENT))


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_says_what_it_does_and_what_it_may_answer(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert operation["summary"]
    assert operation["responses"]
    if method == "post":
        assert "application/json" in operation["requestBody"]["content"]
        assert {"400", "401", "413", "415", "422", "500", "503"} <= operation["responses"].keys()


def test_only_what_is_answered_is_documented() -> None:
    assert "HTTPValidationError" not in str(DOCUMENT)
    assert "Location" in DOCUMENT["paths"]["/capture"]["post"]["responses"]["202"]["headers"]


def test_operation_ids_are_unique() -> None:
    ids = [DOCUMENT["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(ids) == len(set(ids))


def test_keys_are_asked_for_where_they_are_needed() -> None:
    assert DOCUMENT["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    assert DOCUMENT["paths"]["/capture"]["post"]["security"] == [{"apiKey": []}]
    assert DOCUMENT["paths"]["/receipts/{event_digest}"]["get"]["security"] == [{"apiKey": []}, {}]
    assert "security" not in DOCUMENT["paths"]["/log/checkpoint"]["get"]


def test_envelopes_jobs_receipts_and_problems_are_as_documented(house: House) -> None:
    schemas = DOCUMENT["components"]["schemas"]
    envelope = house.envelope()
    assert faults(SCHEMAS["Envelope"], envelope) == []
    job = house.ask("POST", "/capture", [envelope, house.envelope()], by="maker").json()
    assert faults(schemas["CaptureJob"], job) == []
    digest = job["results"][0]["eventDigest"]
    house.wait_until_final(job["results"][1]["leafIndex"])
    for view in ("whole", "public", "bare"):
        receipt = house.ask("GET", f"/receipts/{digest}?view={view}", by="maker").json()
        assert faults(SCHEMAS["Receipt"], receipt) == []
    for path, name in (("/log", "LogParameters"), ("/health", "Health"), ("/", "Index"), ("/nothing", "Problem")):
        assert faults(schemas[name], house.ask("GET", path).json()) == []
    assert faults(schemas["Problem"], house.ask("POST", "/events", envelope, by="maker").json()) == []


def test_the_schemas_refuse_what_is_not_documented(house: House) -> None:
    assert faults(SCHEMAS["Envelope"], {**house.envelope(), "price": 1}) == ["price is unknown"]
    assert faults(SCHEMAS["Envelope"], {**house.envelope(), "seed": "0xAB"}) == ["seed: another pattern"]

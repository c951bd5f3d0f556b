"""The OpenAPI document against the running service, by schemathesis: what it says is answered, and nothing else.

For anything that the document allows, and much that it does not, there is no fault of the service; each status is a
documented one, its content of a documented type and schema, its headers as documented; and what the document forbids is
refused. The short form draws a few requests an operation; the environment variable API_EXAMPLES asks for more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.app import create_app
from tests.api.house import House, some_event

SHORT = "6"
EXAMPLES = os.environ.get("API_EXAMPLES", SHORT)
SECONDS = 60 * (1 + int(EXAMPLES))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)

STATUSES = ["400", "401", "403", "404", "405", "409", "410", "413", "415", "422", "429", "431"]
REFUSALS = f"""
[checks.negative_data_rejection]
expected-statuses = {STATUSES}
[[operations]]
include-name = "POST /capture"
checks.negative_data_rejection.expected-statuses = {[*STATUSES, "202"]}
"""
"""What may be said to what the document forbids. A capture job is accepted, and its result refuses the event."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    path.write_text(json.dumps(create_app(None).openapi()))
    return path


def names_of_what_is_there(house: House) -> str:
    """Settings that put names of what exists into paths: else nearly every answer is that there is no such thing."""
    job = house.ask("POST", "/capture", [some_event()], by="courier").json()
    result = job["results"][0]
    house.wait_until_final(result["leafIndex"])
    there = {
        "GET /capture/{capture_id}": ("capture_id", job["captureID"]),
        "GET /events/{event_id}": ("event_id", result["eventID"]),
        "GET /receipts/{event_digest}": ("event_digest", result["eventDigest"]),
        "GET /log/tile/{path}": ("path", "entries/000.p/1"),
    }
    return "".join(
        f'[[operations]]\ninclude-name = "{operation}"\nparameters = {{ "path.{name}" = "{value}" }}\n'
        for operation, (name, value) in there.items()
    )


@pytest.mark.parametrize("paths", ["what is there", "any"])
def test_the_service_holds_to_its_document(house: House, document: Path, paths: str) -> None:
    if paths == "any" and EXAMPLES == SHORT:
        pytest.skip("any path whatever is asked for in the long form, and by test_rough")
    settings = document.with_name("schemathesis.toml")
    settings.write_text(REFUSALS + (names_of_what_is_there(house) if paths == "what is there" else ""))
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings), "run", str(document),
        "--url", f"http://127.0.0.1:{house.port}", "--header", f"Authorization: Bearer {house.api_keys['courier']}",
        "--phases", "examples,fuzzing", "--checks", ",".join(CHECKS), "--max-examples", EXAMPLES, "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=document.parent, capture_output=True, text=True, timeout=SECONDS, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

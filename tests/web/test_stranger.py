"""The second verifier, in JavaScript and written from the specification alone, agrees with this package's."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.web.differential import Question, compare, run
from tests.web.node import NODE
from tests.web.stranger import Native, Stranger

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "web" / "shared"
VECTORS = json.loads((HERE.parent / "vectors" / "receipts.json").read_text("utf-8"))


def test_it_agrees_with_every_vector(record_property: Any) -> None:
    done = subprocess.run([NODE, "--test", str(HERE / "vectors.test.mjs")], capture_output=True, text=True, check=False)
    counts = dict(re.findall(r"^(?:#|ℹ) (tests|pass|fail|skipped) (\d+)$", done.stdout, re.MULTILINE))
    record_property("vectors", counts.get("pass"))
    assert done.returncode == 0, done.stdout[-5000:]
    assert counts["pass"] == counts["tests"]
    assert int(counts["pass"]) > len(VECTORS["receipts"]) + len(VECTORS["breaches"])


def test_it_agrees_on_files_spoilt_by_chance(record_property: Any) -> None:
    kinds: Counter[str] = Counter()
    for number, question, theirs, ours, agree in run(300, seed=0):
        kinds[question.kind] += 1
        assert agree, (number, question, theirs, ours)
    record_property("rounds", dict(kinds))
    assert len(kinds) == 8


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b"[" * 100, b"0", b'"', b"null", b"{}" * 2, b"\xef\xbb\xbf{}"])
def test_no_bytes_make_it_throw(data: bytes) -> None:
    root = VECTORS["trustRoots"]["small"].encode()
    with Stranger() as stranger:
        assert stranger.verify(data, root, 0)["outcome"] == "mismatch"
        assert stranger.verify(data, data, 0)["outcome"] == "mismatch"
        assert stranger.breach(data, root, VECTORS["receipts"][0]["now"])["outcome"] == "not-shown"
        assert stranger.breach(data, data, 0)["outcome"] == "could-not-check"


def test_the_comparison_sees_a_difference() -> None:
    entry = VECTORS["receipts"][0]
    question = Question("", "receipt", entry["receipt"].encode(), VECTORS["trustRoots"]["small"].encode(), entry["now"])
    with Stranger() as stranger:
        theirs, ours, agree = compare(question, stranger, Native())
        assert agree
        stranger.verify = lambda *_: {**theirs, "warnings": ["stale"]}  # type: ignore[method-assign]
        assert not compare(question, stranger, Native())[2]
    assert theirs["checks"] == ours["checks"]


def test_it_asks_no_network_clock_or_chance() -> None:
    banned = re.compile(
        r"\bfetch\b|XMLHttpRequest|WebSocket|Date\.now|new Date\(\)|performance\.|Math\.random|crypto\.|node:|import\("
    )
    modules = sorted(SHARED.rglob("*.js"))
    assert modules
    for module in modules:
        text = module.read_text("utf-8")
        assert not banned.search(text), module
        for source in re.findall(r'\bfrom "([^"]+)"', text):
            assert source.startswith(("./", "../", "@noble/")), (module, source)

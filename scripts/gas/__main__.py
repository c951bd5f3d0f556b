"""Write ``docs/gas.json`` and ``docs/gas.md``; ``--check`` fails where a figure differs by more than one per cent."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ledger import contracts
from ledger.types import JsonObject, JsonValue
from scripts.gas.acts import measure_acts
from scripts.gas.anchors import measure_anchors
from scripts.gas.custody import measure_custody
from scripts.gas.lane import open_lane
from scripts.gas.page import page

DOCS = Path(__file__).resolve().parents[2] / "docs"
TOLERANCE = 0.01


def main() -> None:
    """Measure, then write the files or compare them."""
    figures = measure()
    written = {"gas.json": json.dumps(figures, indent=1) + "\n", "gas.md": page(figures)}
    if "--check" in sys.argv:
        sys.exit(_fault(figures))
    for name, text in written.items():
        (DOCS / name).write_text(text, "utf-8")


def measure() -> JsonObject:
    """Return every figure, and what it was measured with."""
    with open_lane() as lane:
        node = lane.anvil.rpc.call("web3_clientVersion")
        info = lane.anvil.rpc.call("anvil_nodeInfo")
        acts = measure_acts(lane)
        anchors = measure_anchors(lane)
        custody = measure_custody(lane)
    return {
        "node": node,
        "hardFork": info["hardFork"] if isinstance(info, dict) else None,
        "compiler": contracts.load("CheckpointRegistry").compiler,
        "anchors": anchors,
        "acts": acts,
        "custody": custody,
    }


def _fault(figures: JsonObject) -> str | None:
    """Return what is stale, or ``None``."""
    try:
        kept = json.loads((DOCS / "gas.json").read_text("utf-8"))
        shown = (DOCS / "gas.md").read_text("utf-8")
    except (OSError, ValueError):
        return "docs/gas.json or docs/gas.md is missing or damaged; run make gas"
    if shown != page(kept):
        return "docs/gas.md does not show docs/gas.json; run make gas"
    before, now = dict(_leaves(kept, "")), dict(_leaves(figures, ""))
    stale = [name for name in before.keys() | now.keys() if not _is_near(before.get(name), now.get(name))]
    return f"stale in docs/gas.json: {', '.join(sorted(stale))}; run make gas" if stale else None


def _leaves(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, f"{pointer}/{name}")
    else:
        yield pointer, value


def _is_near(before: JsonValue, now: JsonValue) -> bool:
    if isinstance(before, int | float) and isinstance(now, int | float):
        return abs(now - before) <= TOLERANCE * before
    return before == now


if __name__ == "__main__":
    main()

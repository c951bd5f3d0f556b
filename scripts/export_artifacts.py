"""Write ledger/contracts/*.json from contracts/*.sol; ``--check`` fails when one is stale, missing or left over."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ledger.adapters.compiler import compile_contracts

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "ledger" / "contracts"


def main() -> None:
    """Write the files, or compare them."""
    made = {f"{name}.json": json.dumps(document, indent=1) + "\n" for name, document in compile_contracts(ROOT).items()}
    found = {path.name: path.read_text("utf-8") for path in TARGET.glob("*.json")}
    if "--check" in sys.argv:
        stale = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
        sys.exit(f"stale in ledger/contracts: {', '.join(stale)}; run make artifacts" if stale else 0)
    for name in found.keys() - made.keys():
        (TARGET / name).unlink()
    for name, text in made.items():
        (TARGET / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()

"""Write docs/openapi.json from the application itself; ``--check`` fails when the file differs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api.app import create_app

TARGET = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def text() -> str:
    """Return the whole file."""
    return json.dumps(create_app(None).openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(text(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text():
        sys.exit("docs/openapi.json is stale: run python -m scripts.make_openapi")

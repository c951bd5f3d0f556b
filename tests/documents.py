"""Running the commands of a document as they are printed there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
SECONDS = 300


def shell_blocks(name: str) -> list[str]:
    """The ``sh`` blocks of a document, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", (DOCS / name).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def environment(**more: str) -> dict[str, str]:
    """An environment whose ``tradeledger`` is this checkout's, and that knows no other settings than ``more``."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TRADELEDGER_")}
    return {**plain, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}


def run(script: str, place: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What a shell that stops at the first failure makes of a script."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=place, env=dict(variables), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip

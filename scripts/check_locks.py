"""Check that the locks hold what pyproject.toml asks for, with hashes, and name no registry."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Exit with the first fault."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    service = project["dependencies"] + extras["service"]
    wanted = {"verify": project["dependencies"], "service": service, "dev": service + extras["dev"]}
    for name, requirements in wanted.items():
        lock = (ROOT / "requirements" / f"{name}.lock").read_text("utf-8")
        pinned = {line.split()[0] for line in lock.splitlines() if line and not line.startswith((" ", "#"))}
        if missing := [each for each in requirements if each not in pinned]:
            sys.exit(f"requirements/{name}.lock lacks {', '.join(missing)}: run make lock")
        if lock.count("--hash=") < len(pinned):
            sys.exit(f"requirements/{name}.lock: a package has no hash: run make lock")
        if "://" in lock:
            sys.exit(f"requirements/{name}.lock names a registry")
    if '"resolved"' in (ROOT / "package-lock.json").read_text("utf-8"):
        sys.exit("package-lock.json names a registry: .npmrc must keep omit-lockfile-registry-resolved")


if __name__ == "__main__":
    main()

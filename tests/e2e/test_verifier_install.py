"""The verifier installs alone: at most six distributions, no service, and every pure module imports."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEELS = Path(sys.prefix) / "wheels"  # left there by `make setup`, so that no registry is asked here
NOT_COUNTED = {"pip", "setuptools", "tradeledger"}

IMPORT_ALL = """
import importlib, pkgutil, sys
for room in ("ledger.codec", "ledger.epcis", "ledger.domain", "ledger.contracts"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, room + "."):
        importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("ledger.")]))
"""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment that holds the project and its lock's packages, nothing else."""
    place = tmp_path_factory.mktemp("verifier")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    run(sys.executable, *build, place, copied(place))
    venv.create(place / "venv", with_pip=True)
    python = place / "venv" / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--find-links"]
    run(python, *install, WHEELS, "--require-hashes", "-r", ROOT / "requirements" / "verify.lock")
    run(python, *install, WHEELS, "--no-deps", next(place.glob("tradeledger-*.whl")))
    return python.parent


def copied(place: Path) -> Path:
    """Return a copy of the sources: a build writes beside them, and tests leave the checkout alone."""
    target = place / "source"
    for path in [ROOT / "pyproject.toml", *(found for room in ("ledger", "api") for found in (ROOT / room).rglob("*"))]:
        if path.is_file() and "__pycache__" not in path.parts:
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target


def test_it_needs_at_most_six_distributions(verifier: Path) -> None:
    listed = json.loads(run(verifier / "python", "-m", "pip", "list", "--format", "json"))
    assert len({each["name"] for each in listed} - NOT_COUNTED) <= 6


def test_every_pure_module_imports(verifier: Path, tmp_path: Path) -> None:
    assert int(run(verifier / "python", "-c", IMPORT_ALL, cwd=tmp_path)) > 20


def test_the_shipped_artifacts_load(verifier: Path, tmp_path: Path) -> None:
    code = "from ledger import contracts; print(*[contracts.load(name).contract_name for name in contracts.names()])"
    assert "PartyRegistry" in run(verifier / "python", "-c", code, cwd=tmp_path).split()


@pytest.mark.parametrize("command", [["--help"], ["verify", "--help"]])
def test_the_command_line_starts_without_the_service(verifier: Path, tmp_path: Path, command: list[str]) -> None:
    assert "verify" in run(verifier / "tradeledger", *command, cwd=tmp_path)

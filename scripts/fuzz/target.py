"""One parser under libFuzzer, in a process of its own: ``python -m scripts.fuzz.target NAME [libFuzzer's flags]``."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["ledger"]):
    from tests.property.fuzz.mutations import Change, change_bytes, change_json, is_json
    from tests.property.fuzz.parser import Parser
    from tests.property.fuzz.parsers import PARSERS


def mutator(parser: Parser, data: bytes, most: int, seed: int) -> bytes:
    """Return ``data`` changed: by libFuzzer, or as JSON, or with pieces of the parser's seeds."""
    draw = random.Random(seed)  # noqa: S311  libFuzzer's own seed makes it repeatable
    match draw.randrange(4):
        case 0 if is_json(data):
            with suppress(RecursionError):  # too deep to be copied
                return change_json([data], 0, _changes(draw))[:most]
        case 1:
            return change_bytes([data, *parser.seeds], 0, _changes(draw))[:most]
    return bytes(atheris.Mutate(data, most))


def _changes(draw: random.Random) -> Sequence[Change]:
    return [(draw.randrange(8), draw.randrange(1 << 16), 1 + draw.randrange(64), draw.randrange(256)) for _ in range(3)]


def main() -> None:
    """Fuzz until libFuzzer ends; an error that is no refusal ends it at once."""
    parser = PARSERS[sys.argv.pop(1)]
    atheris.Setup(
        sys.argv,
        lambda data: parser.hold(data) and None,
        custom_mutator=lambda data, most, seed: mutator(parser, data, most, seed),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()

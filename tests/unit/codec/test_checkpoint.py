"""C2SP checkpoints: the example of the specification, and one refusal per fault."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from ledger.codec.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from ledger.codec.merkle import EMPTY_ROOT, MAX_TREE_SIZE
from ledger.errors import MalformedError
from ledger.types import Hash32

ROOT = Hash32(bytes(range(32)))
ROOT_LINE = b64encode(ROOT).decode()

# The example of C2SP tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_published_example_is_read() -> None:
    checkpoint = parse_checkpoint(EXAMPLE)
    assert (checkpoint.origin, checkpoint.tree_size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.root_hash.hex().startswith("0ac5186a91863e8e")
    assert checkpoint.extensions == ()


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        f"origin with spaces + plus\n1\n{ROOT_LINE}\n",
        f"好\n{MAX_TREE_SIZE}\n{ROOT_LINE}\n",
        f"o\n0\n{b64encode(EMPTY_ROOT).decode()}\n",
        f"o\n7\n{ROOT_LINE}\nextension one\nextension two\n",
    ],
)
def test_a_checkpoint_is_written_as_it_was_read(text: str) -> None:
    assert format_checkpoint(parse_checkpoint(text)) == text


FAULTS = {
    "empty": "",
    "one line": "o\n",
    "two lines": "o\n1\n",
    "no final newline": f"o\n1\n{ROOT_LINE}",
    "empty origin": f"\n1\n{ROOT_LINE}\n",
    "empty size": f"o\n\n{ROOT_LINE}\n",
    "leading zero": f"o\n01\n{ROOT_LINE}\n",
    "plus sign": f"o\n+1\n{ROOT_LINE}\n",
    "minus sign": f"o\n-1\n{ROOT_LINE}\n",
    "space before the size": f"o\n 1\n{ROOT_LINE}\n",
    "space after the size": f"o\n1 \n{ROOT_LINE}\n",
    "underscore in the size": f"o\n1_0\n{ROOT_LINE}\n",
    "hexadecimal size": f"o\n0x1\n{ROOT_LINE}\n",
    "size with fraction": f"o\n1.0\n{ROOT_LINE}\n",
    "digits of another script": f"o\n\u0661\n{ROOT_LINE}\n",
    "size of 2^64": f"o\n{MAX_TREE_SIZE + 1}\n{ROOT_LINE}\n",
    "size of a thousand digits": f"o\n{'9' * 1000}\n{ROOT_LINE}\n",
    "no root": "o\n1\n\n",
    "root of 31 bytes": f"o\n1\n{b64encode(ROOT[:31]).decode()}\n",
    "root of 33 bytes": f"o\n1\n{b64encode(ROOT + bytes(1)).decode()}\n",
    "root without padding": f"o\n1\n{ROOT_LINE[:-1]}\n",
    "root with stray bits": f"o\n1\n{ROOT_LINE[:-2]}9=\n",
    "root in hexadecimal": f"o\n1\n{ROOT.hex()}\n",
    "root with a space": f"o\n1\n{ROOT_LINE} \n",
    "empty tree with another root": f"o\n0\n{ROOT_LINE}\n",
    "empty extension": f"o\n1\n{ROOT_LINE}\n\n",
    "empty extension between": f"o\n1\n{ROOT_LINE}\n\nx\n",
    "carriage return": f"o\r\n1\n{ROOT_LINE}\n",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_malformed_checkpoint_is_refused(fault: str) -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(FAULTS[fault])


@pytest.mark.parametrize(
    "arguments",
    [
        ("", 1, ROOT),
        ("two\nlines", 1, ROOT),
        ("o", -1, ROOT),
        ("o", MAX_TREE_SIZE + 1, ROOT),
        ("o", 1, ROOT[:31]),
        ("o", 0, ROOT),
        ("o", 1, ROOT, ("",)),
        ("o", 1, ROOT, ("two\nlines",)),
        ("\ud800", 1, ROOT),
    ],
)
def test_what_no_checkpoint_can_state_is_refused(arguments: Any) -> None:
    with pytest.raises(MalformedError):
        Checkpoint(*arguments)

"""The interpreter's recursion limit, put back where py_ecc raised it.

eth_account, eth_keyfile and web3 import py_ecc, which raises it for the whole process. Deeply nested JSON would then
overflow the C stack and kill the service, where it has to be a RecursionError. Every module that imports one of them
calls `restore` behind its imports.
"""

from __future__ import annotations

import sys

_RAISED, _USUAL = 100_000, 1_000


def restore() -> None:
    """Put the limit back; one that somebody else chose stays."""
    if sys.getrecursionlimit() == _RAISED:
        sys.setrecursionlimit(_USUAL)

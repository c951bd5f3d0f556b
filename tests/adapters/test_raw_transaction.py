"""Raw transactions read back: what eth-account signed, and nothing else."""

from __future__ import annotations

import pytest
from eth_account import Account
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.adapters.keystore import MemorySigner
from ledger.adapters.raw_transaction import new_transaction, read_transaction, replacing, unsigned
from ledger.errors import MalformedError
from ledger.ports import Fees

SIGNER = MemorySigner()
KEY = SIGNER.import_key(b"\x11" * 32)
TO = "0x" + "ab" * 20

whole = st.integers(0, 2**64 - 1)


@given(
    nonce=whole,
    maximum=whole,
    priority=whole,
    to=st.sampled_from([None, TO]),
    data=st.one_of(st.binary(max_size=60), st.just(b"\x01" * 300), st.just(b"\x7f"), st.just(b"\x80" * 70_000)),
)
def test_what_was_signed_is_read_back(nonce: int, maximum: int, priority: int, to: str | None, data: bytes) -> None:
    transaction = new_transaction(1337, nonce, Fees(maximum, min(priority, maximum)), 50_000, to, data)
    raw = SIGNER.sign_transaction(KEY, transaction)
    read = read_transaction(raw)

    assert read.sender == KEY and read.hash == bytes(Account.from_key(b"\x11" * 32).sign_transaction(
        {**transaction, **({} if to is None else {"to": bytes.fromhex(to[2:])})}
    ).hash)  # fmt: skip
    assert unsigned(read, read.fees) == transaction


RAW = SIGNER.sign_transaction(KEY, new_transaction(1337, 1, Fees(9, 1), 50_000, TO, b"\x12\x34"))


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x02")
@example(b"\x02" + b"\xc1" * 100_000)
@example(b"\x02\xff" + b"\xff" * 8)
@example(b"\x01" + RAW[1:])
@example(RAW + b"\x00")
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_transaction(data)


@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
@example(3, 0xC0)  # a list where the chain id belongs
@example(38, 0xC0)  # and where no coins are sent
def test_a_changed_byte_is_refused_or_seen(at: int, value: int) -> None:
    changed = RAW[:at] + bytes([value]) + RAW[at + 1 :]
    try:
        read = read_transaction(changed)
    except MalformedError:
        return
    assert (read.sender == KEY) == (changed == RAW)


def test_every_cut_is_refused() -> None:
    for end in range(len(RAW)):
        with pytest.raises(MalformedError):
            read_transaction(RAW[:end])


@given(whole, whole, whole, whole)
def test_a_replacement_pays_an_eighth_more_of_both(maximum: int, priority: int, paid: int, tip: int) -> None:
    raised = replacing(Fees(maximum, priority), Fees(paid, tip))

    assert raised.max_fee >= maximum and raised.max_priority_fee >= priority
    assert 8 * raised.max_fee >= 9 * paid and 8 * raised.max_priority_fee >= 9 * tip
    assert raised.max_fee > paid and raised.max_priority_fee > tip

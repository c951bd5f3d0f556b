"""What contracts announced, read from a node in bounded ranges of blocks, with the time of each block.

Raw JSON is decoded here, since a client library takes some 130 microseconds an entry. An entry whose block is not the
canonical one when its time is looked up is refused: the chain moved while it was read. So is an answer to another
question, and one of a node that has not come to the last block asked for: it would leave out what it does not know yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.adapters.json_rpc import NodeError, Rpc
from ledger.adapters.rpc_values import data, hash32, hexed, list_of, member, object_of, quantity
from ledger.errors import ChainUnavailableError
from ledger.types import Address, Hash32, JsonObject, JsonValue, UnixTime

BLOCK_RANGE = 5_000
"""Public nodes answer for at most some thousand blocks at a time."""

_BATCH = 100


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event of one contract, undecoded."""

    topics: tuple[bytes, ...]
    data: bytes
    block: int
    block_hash: Hash32
    index: int
    transaction: Hash32


def read_logs(
    rpc: Rpc, contract: Address, topics: Sequence[Hash32 | None], from_block: int, to_block: int
) -> Iterator[LogEntry]:
    """Yield the entries of a contract with these topics (``None`` is any) in chain order, from the first block on."""
    for start in range(from_block, to_block + 1, BLOCK_RANGE):
        yield from _read_range(rpc, contract, topics, start, min(start + BLOCK_RANGE - 1, to_block))


def last_log(
    rpc: Rpc, contract: Address, topics: Sequence[Hash32 | None], from_block: int, to_block: int
) -> LogEntry | None:
    """Return the newest such entry, looking from the last block back, or ``None``."""
    for end in range(to_block, from_block - 1, -BLOCK_RANGE):
        entries = _read_range(rpc, contract, topics, max(end - BLOCK_RANGE + 1, from_block), end)
        if entries:
            return entries[-1]
    return None


def times_of(rpc: Rpc, entries: Iterable[LogEntry]) -> dict[int, UnixTime]:
    """Return the time of each block that the entries stand in."""
    hashes = {entry.block: entry.block_hash for entry in entries}
    numbers = list(hashes)
    times: dict[int, UnixTime] = {}
    for start in range(0, len(numbers), _BATCH):
        chunk = numbers[start : start + _BATCH]
        blocks = rpc.batch([("eth_getBlockByNumber", (hex(number), False)) for number in chunk])
        for number, block in zip(chunk, blocks, strict=True):
            times[number] = _time_of(block, hashes[number])
    return times


def _time_of(value: JsonValue, expected: Hash32) -> UnixTime:
    if value is None or hash32(member(block := object_of(value, "a block"), "hash"), "the block hash") != expected:
        raise ChainUnavailableError("the chain was reorganised while it was read")
    return UnixTime(quantity(member(block, "timestamp"), "the block time"))


def _read_range(
    rpc: Rpc, contract: Address, topics: Sequence[Hash32 | None], from_block: int, to_block: int
) -> list[LogEntry]:
    """Return the entries of a range; a node that refuses it is asked for its halves."""
    query: JsonObject = {
        "address": hexed(contract),
        "fromBlock": hex(from_block),
        "toBlock": hex(to_block),
        "topics": [None if topic is None else hexed(topic) for topic in topics],
    }
    last_block = ("eth_getBlockByNumber", (hex(to_block), False))
    try:
        found, end = rpc.batch([("eth_getLogs", (query,)), last_block])
    except NodeError:
        if from_block >= to_block:
            raise
        middle = (from_block + to_block) // 2
        return [
            *_read_range(rpc, contract, topics, from_block, middle),
            *_read_range(rpc, contract, topics, middle + 1, to_block),
        ]
    if end is None:
        raise ChainUnavailableError(f"the node has not come to block {to_block}, whose events were asked for")
    entries = [_entry(object_of(entry, "a log entry"), contract) for entry in list_of(found, "log entries")]
    if not all(from_block <= entry.block <= to_block and _fits(entry, topics) for entry in entries):
        raise ChainUnavailableError("the node answers with other events than those asked for")
    return sorted(entries, key=lambda entry: (entry.block, entry.index))


def _fits(entry: LogEntry, topics: Sequence[Hash32 | None]) -> bool:
    """Whether an entry has the topics that were asked for."""
    asked = zip(topics, entry.topics, strict=False)
    return len(entry.topics) >= len(topics) and all(wanted in (None, found) for wanted, found in asked)


def _entry(value: JsonObject, contract: Address) -> LogEntry:
    if data(member(value, "address"), "a contract", 20) != contract:
        raise ChainUnavailableError("the node answers with events of another contract")
    return LogEntry(
        topics=tuple(data(topic, "a topic", 32) for topic in list_of(member(value, "topics"), "topics")),
        data=data(member(value, "data"), "the data of an event"),
        block=quantity(member(value, "blockNumber"), "the block number"),
        block_hash=hash32(member(value, "blockHash"), "the block hash"),
        index=quantity(member(value, "logIndex"), "the log index"),
        transaction=hash32(member(value, "transactionHash"), "the transaction"),
    )

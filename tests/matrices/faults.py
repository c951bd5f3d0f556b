"""The fault matrix: what may go wrong between this software and the world, and who is asked meanwhile.

Each row is a fault, provoked by a proxy between a real client and a real node or service (`tests.adapters.proxy`), or by
the files and the clock that a verifier has. Whoever is asked answers "could not check", with a reason and a next step,
and changes nothing: never that goods, parties or evidence are bad, and never that they are good.
"""

# ruff: noqa: E501  one fault a line

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.adapters.proxy import Answer, Exchange, Fault, Refusal, cut, instead, rewritten, truncated

READS, EXPORT, ANCHORING, REGISTRY, FETCH = (
    "chain reads",
    "trust export",
    "anchoring",
    "registry index",
    "receipt fetch",
)
NODE_ALL: Final = (READS, EXPORT, ANCHORING, REGISTRY)
ANYBODY: Final = (*NODE_ALL, FETCH)
HTML: Final = b"<!doctype html><title>Sign in to this network</title>"


@dataclass(frozen=True)
class Row:
    """A fault of a server, by its sentence; ``asked`` is who asks meanwhile, ``reason`` a part of what they say."""

    sentence: str
    fault: Fault | None
    reason: str
    asked: tuple[str, ...] = ANYBODY
    is_silent: bool = False
    """Whether only a time-out ends the waiting."""


def reset_in_the_middle(exchange: Exchange) -> None:
    exchange.reply(exchange.forward(), only=20)
    exchange.reset()


def page(status: int, body: bytes = HTML, **headers: str) -> Fault:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return instead(Answer(status, body, {"Content-Type": "text/html"} | sent))


def of_node(**answers: Any) -> Fault:
    """Other results for these methods, or what a function of parameters and result makes of them."""

    def change(method: str, parameters: Any, result: Any) -> Any:
        other = answers.get(method, result)
        return other(parameters, result) if callable(other) else other

    return rewritten(change)


def every(result: Any) -> Fault:
    """The same result, or error, for every call but those that prove the network."""

    def change(method: str, parameters: Any, told: Any) -> Any:
        is_proof = method == "eth_chainId" or parameters[:1] == ["0x0"]
        return told if is_proof else result

    return rewritten(change)


def renumbered(exchange: Exchange) -> None:
    answer = exchange.forward()
    told = json.loads(answer.body)
    for each in told if isinstance(told, list) else [told]:
        each["id"] += 7
    exchange.reply(Answer(200, json.dumps(told).encode()))


def without_the_last(exchange: Exchange) -> None:
    told = json.loads(exchange.forward().body)
    exchange.reply(Answer(200, json.dumps(told[:-1] if isinstance(told, list) else told).encode()))


TRANSPORT: Final = (
    Row("it does not answer", Exchange.be_silent, "", is_silent=True),
    Row("it refuses the connection", None, ""),
    Row("it resets the connection", Exchange.reset, ""),
    Row("it resets the connection in the middle of an answer", reset_in_the_middle, ""),
    Row("it hangs up without an answer", Exchange.hang_up, ""),
    Row("it asks to be asked less (429, Retry-After)", page(429, b"{}", Retry_After="7"), "429"),
    Row("it has an internal fault (500)", page(500), "500"),
    Row("what stands before it has no way to it (502)", page(502), "502"),
    Row("it is overloaded (503)", page(503, b"", Retry_After="Fri, 31 Dec 2027 23:59:59 GMT"), "503"),
    Row("it is slow for what stands before it (504)", page(504), "504"),
    Row("somebody in between answers with a page of HTML", page(200), ""),
    Row("somebody in between leads elsewhere (302)", page(302, b"", Location="http://127.0.0.1:9/"), ""),
    Row("its answer is empty", instead(Answer(200, b"")), ""),
    Row("its answer is {}", instead(Answer(200, b"{}")), ""),
    Row("its answer is JSON of no end", instead(Answer(200, b"[" * 100_000)), ""),
    Row("half of its answer comes", truncated(0.5), ""),
    Row("half of its answer comes, as if it were all", cut(0.5), ""),
    Row("all but the last byte of its answer comes, as if it were all", cut(0.999), ""),
)


# --- faults of a node ---

FROM_BLOCKS, EVENTS, STATE = "eth_getBlockByNumber", "eth_getLogs", "eth_call"


def member(**changes: Any) -> Callable[[Any, Any], Any]:
    """Other members of every block but the first."""
    return lambda parameters, block: block if parameters[0] == "0x0" or not block else block | changes


def each_event(change: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda parameters, events: [change(event) for event in events] if events else events


ONE_NODE: Final = (
    Row("it needs an access token (401)", page(401), "401", NODE_ALL),
    Row("its access is used up (403)", page(403), "403", NODE_ALL),
    Row("it answers to other ids than those asked", renumbered, "does not answer each call once", NODE_ALL),
    Row("it leaves one of the answers out", without_the_last, "does not answer each call once", NODE_ALL),
    Row("every answer is null", every(None), "", NODE_ALL),
    Row("it knows no method", every(Refusal(-32601, "the method does not exist")), "does not exist", NODE_ALL),
    Row("it limits how much is asked (-32005)", every(Refusal(-32005, "limit exceeded")), "limit exceeded", NODE_ALL),
    Row("another chain is behind the URL", of_node(eth_chainId="0x1"), "another chain answers: id 1", NODE_ALL),
    Row("a chain of the same id with another first block is behind the URL", of_node(eth_getBlockByNumber=lambda p, b: b | {"hash": "0x" + "cd" * 32} if p[0] == "0x0" else b), "another chain answers", NODE_ALL),
    Row("blocks have no time", of_node(eth_getBlockByNumber=member(timestamp=None)), "the block time", NODE_ALL),
    Row("numbers are spelt otherwise", of_node(eth_getBlockByNumber=member(number=12)), "the block number", NODE_ALL),
    Row("hashes are cut short", of_node(eth_getBlockByNumber=member(hash="0xabcd")), "the block hash", NODE_ALL),
    Row("old blocks have other hashes than their events name", of_node(eth_getBlockByNumber=lambda p, b: b | {"hash": "0x" + "cd" * 32} if p[0] not in ("0x0", "latest") and b else b), "", (EXPORT, REGISTRY)),
    Row("it has no old blocks", of_node(eth_getBlockByNumber=lambda p, b: b if p[0] in ("0x0", "latest") else None), "", (EXPORT, REGISTRY, ANCHORING)),
    Row("it refuses every range of events (-32005)", of_node(eth_getLogs=Refusal(-32005, "query exceeds max results")), "query exceeds", (EXPORT, ANCHORING, REGISTRY)),
    Row("its index has no events at all", of_node(eth_getLogs=[]), "", (EXPORT, ANCHORING, REGISTRY)),
    Row("its index lacks the newest events", of_node(eth_getLogs=lambda p, events: events[:-1]), "", (EXPORT, ANCHORING)),
    Row("its events are of another contract", of_node(eth_getLogs=each_event(lambda e: e | {"address": "0x" + "99" * 20})), "another contract", (EXPORT, ANCHORING, REGISTRY)),
    Row("its events are others than those asked for", of_node(eth_getLogs=each_event(lambda e: e | {"blockNumber": "0xffffff"})), "other events", (EXPORT, ANCHORING, REGISTRY)),
    Row("its events have no data", of_node(eth_getLogs=each_event(lambda e: e | {"data": "0x"})), "", (EXPORT, ANCHORING, REGISTRY)),
    Row("its events are of no kind that the contract has", of_node(eth_getLogs=each_event(lambda e: e | {"topics": ["0x" + "77" * 32, *e["topics"][1:]]})), "", (EXPORT, ANCHORING, REGISTRY)),
    Row("it has no code at the contracts' addresses", of_node(eth_getCode="0x"), "no contract", (EXPORT,)),
    Row("it has other code at the contracts' addresses", of_node(eth_getCode="0x6001"), "another contract", (EXPORT,)),
    Row("the state of the contract is empty", of_node(eth_call="0x"), "does not decode", (EXPORT, ANCHORING)),
    Row("the state of the contract is older than its events", of_node(eth_call="0x" + "00" * 64), "", (EXPORT,)),
    Row("the state of the contract is newer than its events", of_node(eth_call=lambda p, r: "0x" + f"{999:064x}" + r[66:]), "", (EXPORT, ANCHORING)),
)  # fmt: skip


# --- what only a second node shows ---


def of_topic(place: int, topic: str) -> Callable[[Any, Any], Any]:
    """Another topic of every event that has one there."""
    return each_event(
        lambda e: (
            e | {"topics": [*e["topics"][:place], topic, *e["topics"][place + 1 :]]} if len(e["topics"]) > place else e
        )
    )


def renamed(event: Any) -> Any:
    """The same event about another name: the last word of its data is another."""
    return event | {"data": event["data"][:-66] + "41" * 3 + event["data"][-60:]} if len(event["data"]) > 66 else event


TWO_NODES: Final = (
    Row("it hides a registry fact", of_node(eth_getLogs=lambda p, events: events[:1] + events[2:] if len(events) > 2 else events), "the nodes disagree about the events", (EXPORT, REGISTRY)),
    Row("it invents a registry fact", of_node(eth_getLogs=lambda p, events: [*events, events[-1] | {"logIndex": "0xff"}] if events else events), "the nodes disagree about the events", (EXPORT, REGISTRY)),
    Row("it tells a registry fact with another name", of_node(eth_getLogs=each_event(renamed)), "the nodes disagree about the events", (EXPORT, REGISTRY)),
    Row("it tells of another key, party or root", of_node(eth_getLogs=of_topic(1, "0x" + "55" * 32)), "the nodes disagree about the events", (EXPORT, REGISTRY)),
    Row("it shows an anchored head with another root", of_node(eth_getLogs=of_topic(3, "0x" + "66" * 32)), "the nodes disagree about the events", (EXPORT, ANCHORING)),
    Row("it has another hash for old blocks, and for their events", of_node(eth_getBlockByNumber=member(hash="0x" + "cd" * 32), eth_getLogs=each_event(lambda e: e | {"blockHash": "0x" + "cd" * 32})), "the nodes disagree about", NODE_ALL),
    Row("it has another time for old blocks", of_node(eth_getBlockByNumber=member(timestamp="0x1")), "the nodes disagree about block", NODE_ALL),
    Row("it has other code at the contracts' addresses", of_node(eth_getCode="0x6001"), "the nodes disagree about the code", (EXPORT,)),
    Row("it tells another state of the contract", of_node(eth_call="0x" + "00" * 64), "the nodes disagree about what a contract answers", (EXPORT, ANCHORING)),
    Row("it says that the next anchor would revert", of_node(eth_estimateGas=Refusal(3, "execution reverted")), "the nodes disagree about whether a call would revert", (ANCHORING,)),
    Row("it tells another nonce", of_node(eth_getTransactionCount="0x4d"), "the nodes disagree about the nonce", (ANCHORING,)),
    Row("it is of another chain", of_node(eth_chainId="0x1"), "another chain answers", NODE_ALL),
    Row("it is of a chain with another first block", of_node(eth_getBlockByNumber=lambda p, b: b | {"hash": "0x" + "cd" * 32} if p[0] == "0x0" else b), "another chain answers", NODE_ALL),
    Row("it does not answer", Exchange.be_silent, "does not answer in time", (EXPORT,), is_silent=True),
    Row("it is overloaded (503)", page(503), "503", (EXPORT,)),
    Row("it refuses every range of events (-32005)", of_node(eth_getLogs=Refusal(-32005, "query exceeds max results")), "query exceeds", (EXPORT,)),
    Row("it lacks the events of a range that it does not refuse", of_node(eth_getLogs=[]), "the nodes disagree about the events", (EXPORT, REGISTRY)),
)  # fmt: skip

"""Terms: what an act says beside its event, as one salted struct per act, hashed by EIP-712 (spec §4.2).

The contract takes the struct as argument, a verifier reads it from the event's member `TERMS`; both hash it and compare
with the ``terms`` that was signed. Every struct holds a salt of its own, so that a hash tells nothing to whoever may
not see the member. Acts without a struct have terms of zero.

Whether an act is lawful is left to `ledger.domain.custody`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.json_shape import array, closed_object, string, whole_number
from ledger.codec.keccak import keccak256
from ledger.codec.statement import ZERO32
from ledger.codec.strict_json_number import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.types import Hash32, JsonObject, JsonValue, PartyId

NAMESPACE: Final = "https://tradeledger.example/ns/"
TERMS: Final = NAMESPACE + "terms"
"""The member of an event that holds the terms of the statement over it."""

MAX_PARENTS: Final = 16
"""So many consignments go into one at most: the work of a contract call does not grow with history."""

_UNIT = re.compile("[A-Z0-9]{2,3}")  # UN/ECE Recommendation 20


@dataclass(frozen=True, slots=True)
class Goods:
    """What a consignment holds at its opening: the commitment to its contents, and how much.

    ``quantity`` is in thousandths of ``unit``, a code of UN/ECE Recommendation 20.
    """

    contents: Hash32
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class Open:
    """Terms of ``open consignment``."""

    goods: Goods
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a new consignment is made of: parents ascending, the statement that each one's state follows, how much."""

    parents: tuple[Hash32, ...]
    heads: tuple[Hash32, ...]
    quantities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Terms of ``split consignment``: a part of one consignment becomes one of its own."""

    goods: Goods
    inputs: Inputs
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Merge:
    """Terms of ``merge consignments``: of several, one."""

    goods: Goods
    inputs: Inputs
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Transform:
    """Terms of ``transform goods``: at most ``yield_output`` for every ``yield_input`` of what went in."""

    goods: Goods
    inputs: Inputs
    yield_output: int
    yield_input: int
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Offer:
    """Terms of ``offer handover``: to whom, and the commitments to seals and condition (zero: none stated)."""

    to: PartyId
    seals: Hash32
    condition: Hash32
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Accept:
    """Terms of ``accept handover``: the taker's own commitments to seals and condition."""

    seals: Hash32
    condition: Hash32
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Erase:
    """Terms of ``erase data``: of which event which members (none: the whole event), and on what basis."""

    event_digest: Hash32
    members: tuple[str, ...]
    basis: str
    salt: Hash32


Derivation: TypeAlias = Split | Merge | Transform
Terms: TypeAlias = Open | Derivation | Offer | Accept | Erase

_GOODS = "bytes32 contents,uint64 quantity,string unit"
_INPUTS = "bytes32[] parents,bytes32[] heads,uint64[] quantities"
_TYPES: Final[Mapping[type[Terms], str]] = MappingProxyType(
    {
        Open: f"Open({_GOODS},bytes32 salt)",
        Split: f"Split({_GOODS},{_INPUTS},bytes32 salt)",
        Merge: f"Merge({_GOODS},{_INPUTS},bytes32 salt)",
        Transform: f"Transform({_GOODS},{_INPUTS},uint64 yieldOutput,uint64 yieldInput,bytes32 salt)",
        Offer: "Offer(bytes32 to,bytes32 seals,bytes32 condition,bytes32 salt)",
        Accept: "Accept(bytes32 seals,bytes32 condition,bytes32 salt)",
        Erase: "Erase(bytes32 eventDigest,string[] members,string basis,bytes32 salt)",
    }
)
_TYPE_HASHES: Final = {terms: keccak256(text.encode()) for terms, text in _TYPES.items()}

TERMS_OF_ACT: Final[Mapping[str, type[Terms]]] = MappingProxyType(
    {
        "open consignment": Open,
        "split consignment": Split,
        "merge consignments": Merge,
        "transform goods": Transform,
        "offer handover": Offer,
        "accept handover": Accept,
        "erase data": Erase,
    }
)
"""The struct of each act that has one."""


def terms_hash(terms: Terms) -> Hash32:
    """Return the EIP-712 struct hash, which a statement names; its domain is the statement's."""
    return keccak256(_TYPE_HASHES[type(terms)] + b"".join(_encode(terms)))


def type_string(terms: type[Terms]) -> str:
    """Return the EIP-712 type of a struct of terms."""
    return _TYPES[terms]


def _encode(terms: Terms) -> tuple[bytes, ...]:  # EIP-712 encodeData
    match terms:
        case Open(goods, salt):
            return (*_encode_goods(goods), salt)
        case Split(goods, inputs, salt) | Merge(goods, inputs, salt):
            return (*_encode_goods(goods), *_encode_inputs(inputs), salt)
        case Transform(goods, inputs, yield_output, yield_input, salt):
            return (*_encode_goods(goods), *_encode_inputs(inputs), _word(yield_output), _word(yield_input), salt)
        case Offer(to, seals, condition, salt):
            return (to, seals, condition, salt)
        case Accept(seals, condition, salt):
            return (seals, condition, salt)
        case Erase(event_digest, members, basis, salt):
            return (event_digest, keccak256(b"".join(map(_text, members))), _text(basis), salt)


def _encode_goods(goods: Goods) -> tuple[bytes, ...]:
    return (goods.contents, _word(goods.quantity), _text(goods.unit))


def _encode_inputs(inputs: Inputs) -> tuple[bytes, ...]:
    words = (inputs.parents, inputs.heads, map(_word, inputs.quantities))
    return tuple(keccak256(b"".join(each)) for each in words)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _text(text: str) -> bytes:
    return keccak256(text.encode("utf-8"))


def terms_to_json(terms: Terms) -> JsonObject:
    """Return the member `TERMS` that says these terms."""
    return {name: _to_json(value) for name, value in zip(_names(type(terms)), _values(terms), strict=True)}


def _values(terms: Terms) -> tuple[object, ...]:
    match terms:
        case Open(goods, salt):
            return (*_goods_values(goods), salt)
        case Split(goods, inputs, salt) | Merge(goods, inputs, salt):
            return (*_goods_values(goods), inputs.parents, inputs.heads, inputs.quantities, salt)
        case Transform(goods, inputs, yield_output, yield_input, salt):
            taken = (inputs.parents, inputs.heads, inputs.quantities)
            return (*_goods_values(goods), *taken, yield_output, yield_input, salt)
        case Offer(to, seals, condition, salt):
            return (to, seals, condition, salt)
        case Accept(seals, condition, salt):
            return (seals, condition, salt)
        case Erase(event_digest, members, basis, salt):
            return (event_digest, members, basis, salt)


def _goods_values(goods: Goods) -> tuple[object, ...]:
    return (goods.contents, goods.quantity, goods.unit)


def _to_json(value: object) -> JsonValue:
    match value:
        case bytes():
            return encode_hex(value)
        case tuple():
            return [_to_json(each) for each in value]
        case _:
            return value  # type: ignore[return-value]  # a number or a text


def _names(terms: type[Terms]) -> tuple[str, ...]:
    members = _TYPES[terms].partition("(")[2].rstrip(")").split(",")
    return tuple(member.split(" ")[1] for member in members)


def terms_from_json(act: str, value: JsonValue, pointer: str = "") -> Terms:
    """Return the terms of an act that has some; refuse any value that `terms_to_json` does not write."""
    kind = TERMS_OF_ACT[act]
    members = closed_object(value, pointer, frozenset(_names(kind)))
    return _PARSERS[kind](_Reader(members, pointer))


@dataclass(frozen=True, slots=True)
class _Reader:
    """The members of one object of terms, each read as what it must be."""

    members: JsonObject
    pointer: str

    def word(self, name: str) -> Hash32:
        return Hash32(decode_hex(self.members[name], 32, f"{self.pointer}/{name}"))

    def number(self, name: str) -> int:
        return _positive(self.members[name], f"{self.pointer}/{name}")

    def text(self, name: str) -> str:
        return string(self.members[name], f"{self.pointer}/{name}")

    def each(self, name: str) -> list[tuple[str, JsonValue]]:
        values = array(self.members[name], f"{self.pointer}/{name}")
        return [(f"{self.pointer}/{name}/{place}", value) for place, value in enumerate(values)]

    def goods(self) -> Goods:
        unit = self.text("unit")
        if not _UNIT.fullmatch(unit):
            raise MalformedError(f"{self.pointer}/unit", "a code of UN/ECE Recommendation 20", "another text")
        return Goods(self.word("contents"), self.number("quantity"), unit)

    def inputs(self, fewest: int, most: int) -> Inputs:
        parents = tuple(Hash32(decode_hex(value, 32, at)) for at, value in self.each("parents"))
        heads = tuple(Hash32(decode_hex(value, 32, at)) for at, value in self.each("heads"))
        quantities = tuple(_positive(value, at) for at, value in self.each("quantities"))
        if not fewest <= len(parents) <= most:
            raise MalformedError(f"{self.pointer}/parents", f"{fewest} to {most} parents", f"{len(parents)}")
        if any(second <= first for first, second in pairwise(parents)):
            raise MalformedError(f"{self.pointer}/parents", "parents that ascend, each once", "another order")
        for name, given in (("heads", heads), ("quantities", quantities)):
            if len(given) != len(parents):
                raise MalformedError(f"{self.pointer}/{name}", f"one for each of {len(parents)}", f"{len(given)}")
        return Inputs(parents, heads, quantities)

    def names(self, name: str) -> tuple[str, ...]:
        names = tuple(string(value, at) for at, value in self.each(name))
        if any(second <= first for first, second in pairwise(names)):
            raise MalformedError(f"{self.pointer}/{name}", "names that ascend, each once", "another order")
        return names

    def party(self, name: str) -> PartyId:
        party = self.word(name)
        if party == ZERO32:
            raise MalformedError(f"{self.pointer}/{name}", "a party", "zero")
        return PartyId(party)


def _positive(value: JsonValue, pointer: str) -> int:
    number = whole_number(value, pointer, MAX_SAFE_INTEGER)
    if number == 0:
        raise MalformedError(pointer, f"a whole number from 1 to {MAX_SAFE_INTEGER}", "0")
    return number


def _transform(read: _Reader) -> Transform:
    yields = read.number("yieldOutput"), read.number("yieldInput")
    return Transform(read.goods(), read.inputs(1, MAX_PARENTS), *yields, read.word("salt"))


_PARSERS: Final[Mapping[type[Terms], Callable[[_Reader], Terms]]] = MappingProxyType(
    {
        Open: lambda read: Open(read.goods(), read.word("salt")),
        Split: lambda read: Split(read.goods(), read.inputs(1, 1), read.word("salt")),
        Merge: lambda read: Merge(read.goods(), read.inputs(2, MAX_PARENTS), read.word("salt")),
        Transform: _transform,
        Offer: lambda read: Offer(read.party("to"), read.word("seals"), read.word("condition"), read.word("salt")),
        Accept: lambda read: Accept(read.word("seals"), read.word("condition"), read.word("salt")),
        Erase: lambda read: Erase(
            read.word("eventDigest"), read.names("members"), read.text("basis"), read.word("salt")
        ),
    }
)

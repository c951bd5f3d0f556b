"""What the acts of custody cost: a consignment opened, handed over, divided and ended, by statements of its parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from ledger.codec.keccak import keccak256
from ledger.codec.statement import ZERO32, Domain, Statement, eip712_hash, typed_data
from ledger.codec.subject import subject_of
from ledger.codec.terms import Accept, Goods, Inputs, Merge, Offer, Open, Split, Terms, Transform, terms_hash
from ledger.types import Hash32, JsonObject, LogId, PartyId, UnixTime
from scripts.gas.lane import CHAIN_ID, DAY, START, Lane, party

_PLACE = b"NL"
_NO_CUSTODIAN = bytes(32)
_UNIT = b"KGM"
_LATER = 400 * DAY


@dataclass(frozen=True, slots=True)
class _Signed:
    """A statement, its hash, and the arguments that the contract takes of it."""

    statement: Statement
    head: Hash32
    words: tuple[object, ...]


@dataclass
class _Trade:
    """Maker and carrier, and their consignments."""

    lane: Lane
    events: int = 0

    @property
    def domain(self) -> Domain:
        return Domain(CHAIN_ID, self.lane.contracts["PartyRegistry"])

    def sign(
        self, who: str, act: str, terms: Terms | None = None, subject: Hash32 = ZERO32, previous: Hash32 = ZERO32
    ) -> _Signed:
        """Return a statement over a new event; one that opens gets its subject."""
        self.events += 1
        event_digest = Hash32(sha256(b"gas event %d" % self.events).digest())
        statement = Statement(
            act=act,
            party=party(who),
            role="carrier",
            jurisdiction="NL",
            event_digest=event_digest,
            log_id=LogId(party("log")),
            signed_at=UnixTime(START),
            subject=subject if previous != ZERO32 else self.subject(who, event_digest),
            previous=previous,
            terms=ZERO32 if terms is None else terms_hash(terms),
        )
        signature = self.lane.signer.sign_typed_data(self.lane.account(who), typed_data(statement, self.domain))
        role = keccak256(statement.role.encode())
        words = (
            statement.party, role, _PLACE, event_digest, statement.log_id, statement.signed_at, signature, b"",
        )  # fmt: skip
        return _Signed(statement, eip712_hash(statement, self.domain), words)

    def subject(self, who: str, event_digest: Hash32) -> Hash32:
        return subject_of(self.lane.contracts["CustodyLedger"], party(who), event_digest)

    def call(self, function: str, *arguments: object) -> int:
        return self.lane.call("anybody", "CustodyLedger", function, *arguments).gas_used

    def open(self, who: str, quantity: int) -> tuple[_Signed, int]:
        terms = Open(_goods(quantity), _salt(self.events))
        signed = self.sign(who, "open consignment", terms)
        return signed, self.call("open", signed.words, _goods_words(terms.goods), terms.salt)

    def derive(
        self, who: str, act: str, function: str, quantity: int, parents: Sequence[_Signed]
    ) -> tuple[_Signed, int]:
        subjects = sorted((each.statement.subject, each.head) for each in parents)
        each_gives = quantity // len(parents)
        inputs = Inputs(
            tuple(subject for subject, _ in subjects), tuple(head for _, head in subjects), (each_gives,) * len(parents)
        )
        salt, goods = _salt(self.events), _goods(quantity)
        terms: dict[str, Terms] = {
            "split": Split(goods, inputs, salt),
            "merge": Merge(goods, inputs, salt),
            "transform": Transform(goods, inputs, 1, 1, salt),
        }
        signed = self.sign(who, act, terms[function])
        yields = (1, 1) if function == "transform" else ()
        words = (inputs.parents, inputs.heads, inputs.quantities)
        return signed, self.call(function, signed.words, _goods_words(goods), words, *yields, salt)


def measure_custody(lane: Lane) -> JsonObject:
    """Return the gas of each act of custody, parties that hold and took before; registries are on the chain."""
    _register(lane)
    gas: dict[str, int] = {}
    gas["deploy CustodyLedger"] = lane.deploy(
        "CustodyLedger", lane.contracts["PartyRegistry"], lane.contracts["CheckpointRegistry"]
    ).gas_used
    trade = _Trade(lane)
    opened, gas["open"] = trade.open("holder", 600_000)
    subject, head = opened.statement.subject, opened.head
    handover = _hand_over(trade, subject, head, gas)
    head = _hand_over_at_once(trade, subject, handover, gas)
    last = _refused_and_withdrawn(trade, subject, head, gas)
    _derived(trade, replace(opened, head=last), gas)
    return {**gas}


def _hand_over(trade: _Trade, subject: Hash32, head: Hash32, gas: dict[str, int]) -> Hash32:
    offer = Offer(party("taker"), _salt(1), _salt(2), _salt(3))
    offered = trade.sign("holder", "offer handover", offer, subject, head)
    gas["offer"] = trade.call("offer", subject, head, offered.words, _words(offer))
    acceptance = Accept(_salt(4), _salt(5), _salt(6))
    accepted = trade.sign("taker", "accept handover", acceptance, subject, offered.head)
    gas["accept"] = trade.call("accept", subject, offered.head, accepted.words, _words(acceptance))
    return accepted.head


def _hand_over_at_once(trade: _Trade, subject: Hash32, head: Hash32, gas: dict[str, int]) -> Hash32:
    offer, acceptance = Offer(party("holder"), _salt(1), _salt(2), _salt(3)), Accept(_salt(4), _salt(5), _salt(6))
    offered = trade.sign("taker", "offer handover", offer, subject, head)
    accepted = trade.sign("holder", "accept handover", acceptance, subject, offered.head)
    gas["handOver"] = trade.call(
        "handOver", subject, head, offered.words, _words(offer), accepted.words, _words(acceptance)
    )
    return accepted.head


def _refused_and_withdrawn(trade: _Trade, subject: Hash32, head: Hash32, gas: dict[str, int]) -> Hash32:
    for act, function, who in (("refuse handover", "refuse", "taker"), ("withdraw offer", "withdraw", "holder")):
        offer = Offer(party("taker"), _salt(1), _salt(2), _salt(3))
        offered = trade.sign("holder", "offer handover", offer, subject, head)
        trade.call("offer", subject, head, offered.words, _words(offer))
        answer = trade.sign(who, act, None, subject, offered.head)
        gas[function] = trade.call(function, subject, offered.head, answer.words)
        head = answer.head
    return head


def _derived(trade: _Trade, opened: _Signed, gas: dict[str, int]) -> None:
    part, gas["split"] = trade.derive("holder", "split consignment", "split", 200_000, [opened])
    rest = replace(opened, head=part.head)
    other, _ = trade.open("holder", 200_000)
    merged, gas["merge"] = trade.derive("holder", "merge consignments", "merge", 400_000, [part, other])
    made, gas["transform"] = trade.derive("holder", "transform goods", "transform", 200_000, [merged])
    for function, act, consignment in (
        ("reportLoss", "report loss", replace(merged, head=made.head)),
        ("reportDestruction", "report destruction", rest),
        ("end", "end consignment", made),
    ):
        ended = trade.sign("holder", act, None, consignment.statement.subject, consignment.head)
        gas[function] = trade.call(function, consignment.statement.subject, consignment.head, ended.words)


def _register(lane: Lane) -> None:
    authority, cold = party("custody authority"), lane.account("custody cold key")
    lane.call("root", "PartyRegistry", "accreditAuthority", authority, _PLACE, cold, "Trade Authority")
    for who in ("holder", "taker"):
        member = PartyId(party(who))
        lane.call("custody cold key", "PartyRegistry", "accreditParty", member, _PLACE, cold, f"{who} GmbH")
        lane.call("custody cold key", "PartyRegistry", "grantRole", member, "carrier", _PLACE, 0, START + _LATER)
        possession = lane.possession(member, who)
        lane.call("custody cold key", "PartyRegistry", "addKey", member, lane.account(who), _NO_CUSTODIAN, possession)


def _goods(quantity: int) -> Goods:
    return Goods(Hash32(sha256(b"gas contents").digest()), quantity, _UNIT.decode())


def _goods_words(goods: Goods) -> tuple[object, ...]:
    return (goods.contents, goods.quantity, _UNIT)


def _words(terms: Offer | Accept) -> tuple[object, ...]:
    if isinstance(terms, Offer):
        return (terms.to, terms.seals, terms.condition, terms.salt)
    return (terms.seals, terms.condition, terms.salt)


def _salt(number: int) -> Hash32:
    return Hash32(sha256(b"gas salt %d" % number).digest())

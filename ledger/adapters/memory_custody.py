"""The `CustodyLedger` in memory: the law of `ledger.domain.custody`, after the checks that the contract makes first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ledger.adapters.memory_checkpoints import MemoryCheckpoints, RevertError
from ledger.adapters.memory_parties import MemoryParties
from ledger.codec.hex_strict import encode_hex
from ledger.codec.merkle import leaf_hash, root_from_inclusion_proof
from ledger.codec.record import statement_record
from ledger.codec.signature import recover
from ledger.codec.statement import ZERO32, eip712_hash, statement_from_json, statement_to_json
from ledger.codec.subject import subject_of
from ledger.codec.terms import TERMS_OF_ACT, Offer, Terms, terms_from_json, terms_hash, terms_to_json
from ledger.domain.custody.acts import Act
from ledger.domain.custody.consignment import Consignment
from ledger.domain.custody.law import Refused, judge
from ledger.domain.facts import parse_fact
from ledger.domain.parties import Registry, replay
from ledger.domain.signer import judge_signer
from ledger.domain.tenure import Moment
from ledger.errors import BadEvidenceError
from ledger.ports import AbiValue, AnchoredHead, Block
from ledger.ports.custody import Inclusion, SignedAct
from ledger.types import Address, Hash32, UnixTime


@dataclass(slots=True)
class MemoryCustody:
    """One ledger. ``state`` is every consignment, by subject."""

    address: Address
    parties: MemoryParties
    checkpoints: MemoryCheckpoints
    state: dict[Hash32, Consignment] = field(default_factory=dict)

    def act(self, _: Address, block: Block, statement: str, terms: str, inclusion: str, signature: bytes) -> None:
        """Take one signed act, or revert."""
        signed = read_act(statement, terms, inclusion, signature)
        said = signed.statement
        statement_hash = self._require_signer(signed, block)
        if said.terms != (ZERO32 if signed.terms is None else terms_hash(signed.terms)):
            raise RevertError("UnknownKey()")  # the contract rebuilds the hash, and some other key comes out
        if said.previous == ZERO32 and said.subject != subject_of(self.address, said.party, said.event_digest):
            raise RevertError("UnknownKey()")
        act = Act(statement_hash, said, signed.terms, block.time)
        outcome = judge(act, self.state, knows_taker=self._knows_taker(signed.terms))
        if isinstance(outcome, Refused):
            raise RevertError(f"{outcome.fault.value}({encode_hex(outcome.subject)})")
        self.state.update({each.subject: each for each in outcome})

    def _require_signer(self, signed: SignedAct, block: Block) -> Hash32:
        at = Moment(block.number, block.time)
        statement_hash = eip712_hash(signed.statement, self.parties.domain)
        if signed.inclusion is not None:
            at = self._moment(signed, statement_hash, signed.inclusion)
        try:
            signer = recover(statement_hash, signed.signature)
        except BadEvidenceError as error:
            raise RevertError(type(error).__name__) from None
        judgement = judge_signer(self._registry(), signed.statement, signer, at)
        if not judgement.entitled:
            raise RevertError(judgement.finding.reason.key)
        return statement_hash

    def _moment(self, signed: SignedAct, statement_hash: Hash32, inclusion: Inclusion) -> Moment:
        log = self.checkpoints.logs.get(signed.statement.log_id)
        head = inclusion.head
        if log is None or head not in log.heads:
            raise RevertError(f"HeadNotKept({encode_hex(signed.statement.log_id)})")
        leaf = leaf_hash(statement_record(statement_hash, signed.signature))
        try:
            root = root_from_inclusion_proof(inclusion.leaf_index, head.tree_size, leaf, inclusion.proof)
        except BadEvidenceError as error:
            raise RevertError(type(error).__name__) from None
        if root != head.root_hash:
            raise RevertError("NotIncluded()")
        return Moment(head.block, head.time)

    def _knows_taker(self, terms: Terms | None) -> bool:
        return not isinstance(terms, Offer) or self._registry().party(terms.to) is not None

    def _registry(self) -> Registry:
        return replay([parse_fact(fact, f"/{place}") for place, fact in enumerate(self.parties.facts)])


def write_act(signed: SignedAct) -> list[AbiValue]:
    """Return the arguments of `MemoryCustody.act`: four JSON texts and the signature."""
    inclusion: object = None
    if signed.inclusion is not None:
        head = signed.inclusion.head
        words = [head.tree_size, head.root_hash.hex(), head.block, head.time, head.transaction.hex()]
        inclusion = [words, signed.inclusion.leaf_index, [each.hex() for each in signed.inclusion.proof]]
    terms = None if signed.terms is None else terms_to_json(signed.terms)
    texts = [json.dumps(each) for each in (statement_to_json(signed.statement), terms, inclusion)]
    return [*texts, signed.signature]


def read_act(statement_text: str, terms_text: str, inclusion_text: str, signature: bytes) -> SignedAct:
    """Return the act that `write_act` wrote."""
    statement = statement_from_json(json.loads(statement_text))
    terms = terms_from_json(statement.act, json.loads(terms_text)) if statement.act in TERMS_OF_ACT else None
    return SignedAct(statement, terms, signature, _read_inclusion(json.loads(inclusion_text)))


def _read_inclusion(value: object) -> Inclusion | None:
    if not isinstance(value, list):
        return None
    (tree_size, root_hash, block, time, transaction), leaf_index, proof = value
    head = AnchoredHead(tree_size, _hash(root_hash), block, UnixTime(time), _hash(transaction))
    return Inclusion(head, leaf_index, tuple(map(_hash, proof)))


def _hash(digits: str) -> Hash32:
    return Hash32(bytes.fromhex(digits))

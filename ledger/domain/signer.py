"""Whether a key could sign as it did: one rule for verifiers (at the head that shows the record) and capture (now).

Judged in a fixed order: the party, its standing and its accreditor's, the key, the role. What was good once and had
ended reads "not shown before DATE": the signature itself is sound (spec §10 check 10).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.codec.statement import Statement
from ledger.domain.checks import Finding, Status, invalid, valid
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Message
from ledger.domain.parties import Registry
from ledger.domain.tenure import Key, Moment, Party
from ledger.types import Address, UnixTime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out, the key as the registry knows it (where it does), and what happened to it since."""

    finding: Finding
    key: Key | None = None
    warnings: tuple[Message, ...] = ()

    @property
    def entitled(self) -> bool:
        """Whether the key could sign."""
        return self.finding.status is Status.VALID


def judge_signer(registry: Registry, statement: Statement, signed_by: Address, at: Moment) -> Judgement:
    """Return whether the key ``signed_by`` could sign this statement at ``at``; the reason is the first obstacle."""
    party = registry.party(statement.party)
    if party is None:
        return Judgement(invalid("signer.party-unknown", found="0x" + statement.party.hex()))
    key = registry.key(signed_by)
    obstacle = (
        _party_obstacle(registry, party, at)
        or _key_obstacle(registry, party, key, signed_by, at)
        or _role_obstacle(registry, party, statement, at)
    )
    if obstacle is not None or key is None:
        return Judgement(obstacle or _key_unknown(signed_by), key)
    entitled = valid(
        "signer.valid",
        party=party.name,
        role=statement.role,
        jurisdiction=statement.jurisdiction,
        block=str(at.block),
    )
    return Judgement(entitled, key, _later_compromise(key, at))


def _party_obstacle(registry: Registry, party: Party, at: Moment) -> Finding | None:
    if party.standing.begun.block > at.block:
        return invalid("signer.party-later", party=party.name, date=_date(party.standing.begun))
    if party.standing.ended is not None and party.standing.over(at):
        return invalid("signer.party-ended", party=party.name, date=_date(party.standing.ended))
    if party.accreditor is None:  # an authority: the root authority vouches for it
        return None
    accreditor = registry.party(party.accreditor)
    if accreditor is not None and accreditor.standing.ended is not None and accreditor.standing.over(at):
        ended = _date(accreditor.standing.ended)
        return invalid("signer.accreditor-ended", party=party.name, accreditor=accreditor.name, date=ended)
    return None


def _key_obstacle(registry: Registry, party: Party, key: Key | None, signed_by: Address, at: Moment) -> Finding | None:
    if key is None:
        return _key_unknown(signed_by)
    if key.party != party.id:
        return invalid("signer.key-foreign", owner=registry.name(key.party), party=party.name)
    if key.added.block > at.block:
        return invalid("signer.key-later", date=_date(key.added))
    end = key.end_at(at)
    if end is None:
        return None
    time, why = end
    return invalid(f"signer.key-{why.value}", date=write_date_time(time), party=party.name)


def _role_obstacle(registry: Registry, party: Party, statement: Statement, at: Moment) -> Finding | None:
    named = {"party": party.name, "role": statement.role, "jurisdiction": statement.jurisdiction}
    grants = registry.grants(party.id, statement.role, statement.jurisdiction)
    if any(grant.held_at(at) for grant in grants):
        return None
    ends = [end for grant in grants if (end := grant.end_by(at)) is not None]
    if ends:
        return invalid("signer.role-ended", date=write_date_time(max(ends)), **named)
    if grants:
        begun = min(UnixTime(max(grant.valid_from, grant.period.begun.time)) for grant in grants)
        return invalid("signer.role-later", date=write_date_time(begun), **named)
    return invalid("signer.role-missing", **named)


def _key_unknown(signed_by: Address) -> Finding:
    return invalid("signer.key-unknown", found="0x" + signed_by.hex())


def _later_compromise(key: Key, at: Moment) -> tuple[Message, ...]:
    since = key.compromised_after(at)
    if since is None:
        return ()
    return (Message("warning.compromised", {"date": write_date_time(UnixTime(since))}),)


def _date(moment: Moment) -> str:
    return write_date_time(moment.time)

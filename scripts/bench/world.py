"""The world that the benchmarks measure in: one party with a key, one log, and what the party signs."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from coincurve import PrivateKey, PublicKey

from ledger.adapters.log_key import LogKey
from ledger.codec.disclosure import event_digest
from ledger.codec.hex_strict import encode_hex
from ledger.codec.log_id import log_id
from ledger.codec.record import statement_record
from ledger.codec.signature import address_of
from ledger.codec.statement import Domain, Statement, eip712_hash, statement_to_json
from ledger.domain.facts import AuthorityAccredited, Fact, KeyAdded, PartyAccredited, RoleGranted
from ledger.domain.parties import NO_PARTY
from ledger.types import Address, Hash32, JsonObject, LogId, PartyId, Seed, UnixTime

NOW = UnixTime(1_790_000_000)
ORIGIN = "log.example/bench"
MAKER, AUTHORITY = PartyId(b"\x01" * 32), PartyId(b"\x02" * 32)
KEY = PrivateKey(b"\x03" * 32)
SIGNER = address_of(KEY.public_key.format())
DOMAIN = Domain(1_337, Address(b"\x04" * 20))
CHECKPOINT_REGISTRY, OWNER = Address(b"\x05" * 20), Address(b"\x06" * 20)
LOG_KEY = LogKey(b"\x07" * 32)
LOG_ID: LogId = log_id(DOMAIN.chain_id, CHECKPOINT_REGISTRY, OWNER, ORIGIN, LOG_KEY.public_key)
FACTS = tuple(
    Fact(1, NOW, announcement)
    for announcement in (
        AuthorityAccredited(AUTHORITY, "DE", SIGNER, "Authority"),
        PartyAccredited(MAKER, "DE", AUTHORITY, SIGNER, "Maker"),
        KeyAdded(MAKER, SIGNER, NO_PARTY),
        RoleGranted(party=MAKER, role="manufacturer", jurisdiction="DE", valid_from=0, valid_until=2**40),
    )
)


@dataclass(frozen=True, slots=True)
class Signed:
    """An event as the party hands it in, and the record that the log will hold."""

    event: JsonObject
    seed: Seed
    statement: Statement
    signing_hash: Hash32
    signature: bytes

    @property
    def record(self) -> Hash32:
        """What the log holds of it."""
        return statement_record(self.signing_hash, self.signature)

    @property
    def envelope(self) -> JsonObject:
        """The signed submission."""
        return {
            "event": self.event,
            "seed": encode_hex(self.seed),
            "statement": statement_to_json(self.statement),
            "signature": encode_hex(self.signature),
        }


def sign(event: JsonObject) -> Signed:
    """Return ``event`` with the statement that the party signs about it."""
    seed = Seed(sha256(str(event["eventID"]).encode()).digest())
    statement = Statement("record event", MAKER, "manufacturer", "DE", event_digest(event, seed), LOG_ID, NOW)
    signing_hash = eip712_hash(statement, DOMAIN)
    signature = KEY.sign_recoverable(signing_hash, hasher=None)
    return Signed(event, seed, statement, signing_hash, signature[:64] + bytes([signature[64] + 27]))


def bare_recover(signed: Signed) -> PublicKey:
    """Recover the key and nothing else: the bound of all that checks a signature."""
    compact = signed.signature[:64] + bytes([signed.signature[64] - 27])
    return PublicKey.from_signature_and_message(compact, signed.signing_hash, hasher=None)

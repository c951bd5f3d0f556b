"""The story behind the cases: who is registered, what is logged when, and the trust root published after it.

Three heads. Before the first all is well; before the second some keys, roles and accreditations end; before the third
a rotated key runs out. What begins after the third head came too late for what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from ledger.codec.json_shape import array
from ledger.domain import facts
from ledger.domain.facts import Announcement
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import Anchor, Receipt
from ledger.domain.trusted import TrustRoot
from ledger.types import Hash32, JsonObject, JsonValue, PartyId
from scripts.receipt_vectors import custody
from tests import oracle
from tests.builders import DAY, FOR_EVER, START, Logged, World, address, contract, hash_of, object_event, party

MAKER: Final = party("maker")
AUTHORITY: Final = party("authority")
OWN_EPC: Final = "urn:epc:id:sgtin:4012345.011122.7"
FOREIGN_EPC: Final = "urn:epc:id:sgtin:4099999.011122.7"
UNCLAIMED_EPC: Final = "urn:epc:id:sgtin:0614141.011122.7"
DECLARATION: Final[JsonObject] = {"declarationTime": "2026-09-22T08:00:00Z", "reason": "incorrect_data"}

ENDED_BEFORE_THE_SECOND_HEAD: Final[dict[str, Announcement]] = {
    "revoked": facts.KeyRevoked(party("revoked"), address("revoked")),
    "compromised": facts.KeyCompromised(party("compromised"), address("compromised"), START - DAY),
    "recovered": facts.RecoveryBegun(party("recovered"), address("recovered anew"), 1),
    "ended": facts.AccreditationEnded(party("ended")),
    "orphaned": facts.AccreditationEnded(party("authority of NL")),
    "dismissed": facts.RoleRevoked(party("dismissed"), "seller", "DE"),
}
"""What ends before the second head, under the name of the party that it is about."""


def event(name: str, **members: Any) -> JsonObject:
    """Return an event of its own id that shows two serials, members given replaced."""
    identified = {"eventID": f"urn:uuid:{hash_of(name)[:4].hex()}-0000-4000-8000-{hash_of(name)[4:10].hex()}"}
    return object_event(**({"epcList": [OWN_EPC, OWN_EPC[:-1] + "8"]} | identified | members))


def observed(name: str) -> JsonObject:
    """Return an event that brings nothing into being, so that company prefixes have no say."""
    return event(name, action="OBSERVE", bizStep="inspecting")


def anchor_of(receipt: Receipt) -> Anchor:
    """Return the anchor of a receipt that has one."""
    if receipt.anchor is None:
        raise ValueError("a receipt that is not anchored")
    return receipt.anchor


@dataclass
class Story:
    """The world after everything happened; what was logged, by name; and the trust root."""

    world: World = field(default_factory=World.with_maker)
    logged: dict[str, Logged] = field(default_factory=dict)
    published: TrustRoot = field(init=False)

    def __post_init__(self) -> None:
        self._register()
        self._until_the_first_head()
        self._until_the_second_head()
        self._until_the_third_head()
        self._begin_too_late()
        self.published = self.world.trust_root()
        self._after_the_trust_root()

    def log(self, name: str, what: JsonObject | None = None, signer: str = "maker", **statement: Any) -> Logged:
        """Log a statement of a party under a name."""
        said = {"party": party(signer)} | statement
        self.logged[name] = self.world.record(what or event(name), key=said.pop("key", signer), **said)
        return self.logged[name]

    def epcs(self, name: str) -> list[JsonValue]:
        """Return the identifiers that an event names."""
        return array(self.logged[name].event["epcList"], "/epcList")

    def root_of(self, size: int) -> Hash32:
        """Return the root of the log's first ``size`` records."""
        return Hash32(oracle.root(self.world.records[:size]))

    def _accredit(self, name: str, by: PartyId = AUTHORITY, role: str | None = "seller", **key: PartyId) -> None:
        jurisdiction = "DE" if by == AUTHORITY else "NL"
        title = f"{name.title()} Ltd"
        self.world.fact(facts.PartyAccredited(party(name), jurisdiction, by, contract("cold"), title))
        self.world.fact(facts.KeyAdded(party(name), address(name), key.get("custodian", NO_PARTY)))
        if role is not None:
            self.world.fact(facts.RoleGranted(party(name), role, "DE", 0, FOR_EVER))

    def _register(self) -> None:
        world = self.world
        world.fact(facts.AuthorityAccredited(party("authority of NL"), "NL", contract("cold"), "Authority of NL"))
        world.fact(facts.KeyAdded(AUTHORITY, address("authority"), NO_PARTY))
        world.fact(facts.RoleGranted(AUTHORITY, "customs", "DE", 0, FOR_EVER))
        self._accredit("neighbour")
        world.fact(facts.PrefixClaimed(party("neighbour"), 4_099_999, 7))
        self._accredit("platform", role="platform")
        self._accredit("client", custodian=party("platform"))
        for name in ("revoked", "rotated", "compromised", "recovered", "ended", "dismissed", "hasty"):
            self._accredit(name)
        self._accredit("orphaned", by=party("authority of NL"))
        world.fact(facts.RoleGranted(MAKER, "carrier", "DE", 0, world.now + 3_600))
        world.fact(facts.RoleGranted(MAKER, "warehouse", "DE", world.now + 30 * DAY, FOR_EVER))

    def _until_the_first_head(self) -> None:
        self.world.fill(3)
        self.log("maker")
        serials = [f"urn:epc:id:sgtin:4012345.011122.{serial}" for serial in range(20)]
        self.log("many serials", event("many serials", epcList=serials))
        self.log("another event of the maker", jurisdiction="NL")
        self.log("client", observed("client"), "client", role="seller")
        self.log("authority", observed("authority"), "authority", role="customs")
        for name in ("compromised", "revoked", "orphaned"):
            self.log(f"{name} later", observed(f"{name} later"), name, role="seller")
        self.log("carrier in time", observed("carrier in time"), role="carrier")
        self.log("declared error", event("declared error", errorDeclaration=DECLARATION))
        self.log("deviation", event("deviation", bizStep="urn:epcglobal:cbv:bizstep:commissioning"))
        self._log_identifiers()
        self._log_misshapen()
        self.world.fill(4)
        self.world.anchor()

    def _log_identifiers(self) -> None:
        made = {"type": "TransformationEvent", "action": None, "epcList": None, "inputEPCList": [FOREIGN_EPC]}
        self.log("unclaimed", event("unclaimed", epcList=[UNCLAIMED_EPC]))
        self.log("foreign", event("foreign", epcList=[UNCLAIMED_EPC, FOREIGN_EPC]))
        self.log("transformed", event("transformed", **made, outputEPCList=[OWN_EPC]))
        self.log("foreign output", event("foreign output", **made, outputEPCList=[FOREIGN_EPC]))
        self.log("claimed later", event("claimed later", epcList=["urn:epc:id:sgtin:4088888.011122.7"]))

    def _log_misshapen(self) -> None:
        self.log("no time", event("no time", eventTime="yesterday"))
        self.log("no id", event("no id", eventID=None))
        self.log("no context", event("no context", **{"@context": None}))
        self.log("no offset", event("no offset", eventTimeZoneOffset=None))
        self.log("record time", event("record time", recordTime="2026-09-21T14:10:00Z"))
        self.log("subject", subject=hash_of("something of a ledger"))
        self.log("previous", previous=hash_of("something of a ledger"))
        self.log("terms", terms=hash_of("something of a ledger"))
        self.log("error without declaration", act="declare error")
        withdrawn = event("declaration as plain event", errorDeclaration=DECLARATION)
        self.log("declaration as plain event", withdrawn, act="record event")

    def _until_the_second_head(self) -> None:
        self.log("hasty", observed("hasty"), "hasty", role="seller")
        self.world.wait(3_600)
        rotation = facts.KeyRotated(
            party("rotated"), address("rotated"), address("rotated anew"), NO_PARTY, self.world.now + 2 * DAY
        )
        self.world.fact(rotation)
        for announcement in ENDED_BEFORE_THE_SECOND_HEAD.values():
            self.world.fact(announcement)
        self.world.fact(facts.RecoveryCompleted(party("recovered"), address("recovered anew")))
        for name in ENDED_BEFORE_THE_SECOND_HEAD:
            self.log(name, observed(name), name, role="seller")
        self.log("recovered anew", observed("recovered anew"), "recovered", role="seller", key="recovered anew")
        self.log("rotated in its overlap", observed("rotated in its overlap"), "rotated", role="seller")
        self._log_unentitled()
        self.world.fact(facts.KeyRevoked(party("hasty"), address("hasty")))
        self.world.block -= 1  # the head stands in the same block
        self.world.anchor()

    def _log_unentitled(self) -> None:
        self.log("carrier too late", observed("carrier too late"), role="carrier")
        self.log("warehouse too early", observed("warehouse too early"), role="warehouse")
        self.log("role missing", observed("role missing"), role="customs")
        self.log("role elsewhere", observed("role elsewhere"), jurisdiction="CN")
        self.log("key unknown", observed("key unknown"), key="stranger")
        self.log("key foreign", observed("key foreign"), key="neighbour")
        self.log("party unknown", observed("party unknown"), "stranger")

    def _until_the_third_head(self) -> None:
        self.world.wait(3 * DAY)
        self.log("rotated", observed("rotated"), "rotated", role="seller")
        self.log("rotated anew", observed("rotated anew"), "rotated", role="seller", key="rotated anew")
        self.log("newcomer", observed("newcomer"), "newcomer", role="seller")
        self.log("second key", observed("second key"), key="second key")
        self.log("auditor", observed("auditor"), role="auditor")
        custody.log(self)
        self.world.fill(5)
        self.world.anchor()

    def _begin_too_late(self) -> None:
        self._accredit("newcomer")
        self.world.fact(facts.KeyAdded(MAKER, address("second key"), NO_PARTY))
        self.world.fact(facts.RoleGranted(MAKER, "auditor", "DE", 0, FOR_EVER))
        self.world.fact(facts.PrefixClaimed(party("neighbour"), 4_088_888, 7))

    def _after_the_trust_root(self) -> None:
        self.log("anchored later")
        self.world.anchor()
        self.log("not anchored")
        self.log("not anchored and revoked", observed("not anchored and revoked"), "revoked", role="seller")

"""Wishes for a small world: a statement by a party that the registry may know, in a log anchored this way or that."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any

from tests.web import events
from tests.web.mutate import spoil_value

Json = Any
START = 1_790_000_000
NOW = START + 100_000
ZERO = "0x" + "00" * 32
OWNER = "0x" + "0d" * 20
ROLES = ["seller", "manufacturer", "customs"]


def party(name: str) -> str:
    return "0x" + hashlib.sha256(name.encode()).hexdigest()


# The addresses of the keys `key 0` to `key 3`, as `world.mjs` derives them.
KEYS = [
    "0xb87eb46fdec641b00da0c42a95d6ed9f8efffec1",
    "0x0a5e35dffad0e1d8b9966d5de17d7dfc85fbe3a0",
    "0x2c61427c3bfc7c3a01f55a40154652281e86fa88",
    "0x68efd95c028fec3cc688be9bffcb3839e21e4dbc",
]


def wish(rng: Random) -> dict[str, Any]:
    """Return what `world` of `worker.mjs` is asked for."""
    size = rng.randrange(1, 12)
    index = rng.randrange(size)
    sizes = sorted(rng.sample(range(1, size + 1), rng.randrange(0, min(size, 4) + 1)))
    as_of = 60
    blocks = sorted(rng.sample(range(1, as_of + 1), len(sizes)))
    heads = [[n, block, START + 60 * block] for n, block in zip(sizes, blocks, strict=True)]
    checkpoint = rng.choice([n for n in [*sizes, size] if n > index])
    named = rng.choice([n for n in [*sizes, size] if n >= checkpoint])
    who = rng.randrange(3)
    statement = {
        "act": "record event",
        "party": party(f"party {who}"),
        "role": rng.choice(ROLES),
        "jurisdiction": rng.choice(["DE", "DE", "NL"]),
        "signedAt": START,
    }
    root = {
        "format": "tradeledger-trust-root/1",
        "chain": {"chainId": 31337, "genesisHash": ZERO, "development": False},
        "contracts": {
            "partyRegistry": {"address": "0x" + "0a" * 20, "codeHash": ZERO},
            "checkpointRegistry": {"address": "0x" + "0b" * 20, "codeHash": ZERO},
        },
        "origin": "log.example/world",
        "owner": OWNER,
        "successor": None,
        "headsComplete": rng.random() < 0.6,
        "facts": facts(rng, as_of),
        "asOf": {"block": as_of, "blockHash": ZERO, "time": START + 60 * as_of, "finality": "depth 12"},
        "issuedAt": "2026-09-21T15:00:00Z",
        "staleAfter": "2026-10-21T15:00:00Z",
        "expiresAt": "2026-12-21T15:00:00Z",
    }
    return {
        "event": event(rng),
        "seed": "0x" + "11" * 32,
        "statement": statement,
        "signer": f"key {rng.choice([who, who, who, rng.randrange(4)])}",
        "index": index,
        "size": size,
        "checkpointSize": checkpoint,
        "heads": heads,
        "namedSize": named,
        "root": root,
    }


def event(rng: Random) -> Json:
    kind = rng.choice([*events.TYPES, "https://example.org/Event", "ObjectEvent", "ObjectEvent"])
    some = [rng.choice(events.POOLS["identifiers"]) for _ in range(rng.choice([1, 1, 2]))]
    made: dict[str, Json] = {
        "@context": [events.OFFICIAL],
        "type": kind,
        "eventID": "urn:uuid:1",
        "eventTime": events.TIMES[0],
        "eventTimeZoneOffset": "+02:00",
    }
    made |= events.SOUND.get(kind, {"action": "ADD"})
    made["action"] = rng.choice(["ADD", "ADD", "ADD", "OBSERVE", "DELETE"])
    name = rng.choice(
        [
            "epcList",
            "quantityList",
            "outputEPCList",
            "outputQuantityList",
            "parentID",
            "childEPCs",
            "inputEPCList",
            "epcList",
            "epcList",
        ]
    )
    made[name] = (
        some[0]
        if name == "parentID"
        else [{"epcClass": one} for one in some]
        if "Quantity" in name or name == "quantityList"
        else some
    )
    if kind == "TransformationEvent":
        del made["action"]
    return made


def facts(rng: Random, as_of: int) -> list[Json]:
    """Return facts, mostly in an order that the registry allows."""
    made: list[Json] = [
        {
            "fact": "AuthorityAccredited",
            "party": party("authority"),
            "jurisdiction": "DE",
            "coldKey": OWNER,
            "name": "Authority",
        }
    ]
    for who in range(3):
        made += [
            {
                "fact": "PartyAccredited",
                "party": party(f"party {who}"),
                "jurisdiction": "DE",
                "accreditor": party("authority"),
                "coldKey": OWNER,
                "name": f"P{who}",
            },
            {
                "fact": "KeyAdded",
                "party": party(f"party {who}"),
                "key": KEYS[who],
                "custodian": rng.choice([ZERO, ZERO, party("party 0"), party("nobody")]),
            },
            *[_grant(rng, who, role) for role in ROLES if rng.random() < 0.9],
        ]
    for _ in range(rng.randrange(8)):
        made.insert(rng.randrange(len(made) // 2, len(made) + 1), _fact(rng))
    if rng.random() < 0.1:
        made = spoil_value(made, rng)
    blocks = sorted(rng.randrange(1, as_of + 1) if rng.random() < 0.6 else rng.randrange(1, 5) for _ in made)
    made = [fact if isinstance(fact, dict) else {} for fact in made]
    return [{**fact, "block": block, "time": START + 60 * block} for fact, block in zip(made, blocks, strict=True)]


def _grant(rng: Random, who: int, role: str) -> Json:
    starts = rng.choice([0, 0, 0, START + 60 * rng.randrange(60)])
    ends = rng.choice([2**53 - 1, 2**53 - 1, START + 60 * rng.randrange(60)])
    return {
        "fact": "RoleGranted",
        "party": party(f"party {who}"),
        "jurisdiction": rng.choice(["DE", "DE", "DE", "NL"]),
        "role": role,
        "validFrom": starts,
        "validUntil": ends,
    }


def _fact(rng: Random) -> Json:
    whom = party(
        rng.choice(["party 0", "party 1", "party 2", "authority", "nobody"])
        if rng.random() < 0.5
        else f"party {rng.randrange(3)}"
    )
    key, other = rng.choice(KEYS), rng.choice(KEYS)
    digits, length = rng.choice(events.POOLS["prefixes"])
    time = START + 60 * rng.randrange(60)
    role = {"jurisdiction": rng.choice(["DE", "NL"]), "role": rng.choice([*ROLES, "unheard of"])}
    facts: list[dict[str, Json]] = [
        {"fact": "RootAuthorityProposed", "proposed": OWNER},
        {"fact": "RootAuthorityChanged", "previous": OWNER, "current": OWNER},
        {"fact": "AuthorityAccredited", "jurisdiction": "NL", "coldKey": OWNER, "name": "A"},
        {
            "fact": "PartyAccredited",
            "jurisdiction": "NL",
            "accreditor": party(rng.choice(["authority", "party 1", "nobody"])),
            "coldKey": OWNER,
            "name": "B",
        },
        {"fact": "AccreditationEnded"},
        {"fact": "AccreditationEnded"},
        {"fact": "ColdKeyProposed", "proposed": OWNER},
        {"fact": "ColdKeyChanged", "coldKey": OWNER},
        {"fact": "RoleGranted", **role, "validFrom": 0, "validUntil": rng.choice([time, 2**53 - 1])},
        {"fact": "RoleRevoked", **role},
        {"fact": "RoleRevoked", **role},
        {"fact": "KeyAdded", "key": key, "custodian": ZERO},
        {
            "fact": "KeyRotated",
            "oldKey": key,
            "newKey": other,
            "custodian": rng.choice([ZERO, party("party 2")]),
            "oldKeyValidUntil": time,
        },
        {"fact": "KeyRotated", "oldKey": key, "newKey": KEYS[3], "custodian": ZERO, "oldKeyValidUntil": time},
        {"fact": "KeyCompromised", "key": key, "claimedSince": time},
        {"fact": "KeyCompromised", "key": key, "claimedSince": time},
        {"fact": "KeyRevoked", "key": key},
        {"fact": "KeyRevoked", "key": key},
        {"fact": "RecoveryBegun", "newKey": rng.choice([other, KEYS[3]]), "epoch": 1},
        {"fact": "RecoveryCompleted", "newKey": rng.choice([other, KEYS[3], KEYS[3]])},
        {"fact": "RecoveryCancelled"},
        *[
            {"fact": name, "digits": digits, "length": length}
            for name in ("PrefixClaimed", "PrefixClaimed", "PrefixClaimed", "PrefixReleased")
        ],
    ]
    chosen = rng.choice(facts)
    if "key" in chosen and rng.random() < 0.7:
        whom = party(f"party {KEYS.index(chosen['key']) % 3}")
    if "oldKey" in chosen and rng.random() < 0.7:
        whom = party(f"party {KEYS.index(chosen['oldKey']) % 3}")
    return chosen if chosen["fact"].startswith("Root") else {**chosen, "party": whom}

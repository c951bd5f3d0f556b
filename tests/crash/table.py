"""The matrix: a table of sentences, one row each, and how each is provoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from tests.crash import provoke
from tests.crash.points import Point, Strike, after, before, committing, executed, half
from tests.crash.provoke import Provoke, dies_at, its_chain_dies_at

STORE = "ledger.adapters.sql.store:SqlStore"
TILES = "ledger.adapters.tile_files"
TILE, BUNDLE, NOTE = "/log/tile/[0-9]", "/log/tile/entries", "/log/checkpoint"
PUBLISHER = "ledger.service.publish"
NETWORK = "ledger.adapters.ethereum_network:EthereumNetwork"
CHAIN = "ledger.adapters.ethereum:EthereumChain"
DUMP, DURABLE = "/devnet/state-", "/devnet/durable.json"
SUBMITTED, ANCHORED, FINAL = (f"AnchorState.{state}" for state in ("SUBMITTED", "ANCHORED", "FINAL"))
DDL = "^\\s*(CREATE|ALTER|DROP)"
VERSION = "(INSERT INTO|UPDATE) alembic_version"


class Home(Enum):
    """What a row starts from."""

    FULL = "a log of a few records less than a full tile"
    FRESH = "an empty log"
    UNMADE = "an empty log whose database is not there"
    OLDER = "a log whose database is of the first schema"
    NEW = "an empty folder"


@dataclass(frozen=True, slots=True)
class Row:
    sentence: str
    provoke: Provoke
    home: Home = Home.FULL
    essential: bool = False


def _row(sentence: str, *points: Point, home: Home = Home.FULL) -> Row:
    return Row(sentence, dies_at(*points), home)


def _chain_row(sentence: str, *points: Point, essential: bool = False) -> Row:
    return Row(sentence, its_chain_dies_at(*(point.killing(Strike.CHAIN) for point in points)), essential=essential)


def _both(point: Point) -> Point:
    return point.killing(Strike.BOTH)


_SEQUENCING = {
    "append-before": _row("killed before the transaction that sequences", before(f"{STORE}.append_all")),
    "append-records": _row(
        "killed after the records are written, before their events", executed("INSERT INTO records")
    ),
    "append-events": _row("killed after the events are written, before the commit", executed("INSERT INTO events")),
    "append-commit": _row("killed at the commit that sequences", committing("INSERT INTO events")),
    "append-after": _row("killed after the commit that sequences, before the answer", after(f"{STORE}.append_all")),
    "job-before": _row("killed before the capture job is kept", before(f"{STORE}.put_job")),
    "job-commit": _row("killed at the commit that keeps the job", committing("INSERT INTO capture_jobs")),
    "job-after": _row("killed after the job is kept, before the answer", after(f"{STORE}.put_job")),
    "answer-before": _row("killed with the answer made and not sent", after("api.routes.capture:job_of")),
}

_INTEGRATING = {
    "tile-before": _row("killed before the first tile is written", before(f"{TILES}:TileFiles.write")),
    "tile-half": _row("killed with half of a tile written", half(f"{TILES}:_write_synced", TILE)),
    "tile-fsync": _row("killed with a tile written and not synced", before("os:fsync", TILE)),
    "tile-rename-before": _row("killed before a tile is renamed into place", before("os:replace", TILE)),
    "tile-rename-after": _row("killed after a tile is renamed into place", after("os:replace", TILE)),
    "bundle-half": _row("killed with half of an entry bundle written", half(f"{TILES}:_write_synced", BUNDLE)),
    "bundle-rename-before": _row("killed before a bundle is renamed into place", before("os:replace", BUNDLE)),
    "bundle-rename-after": _row("killed after a bundle is renamed into place", after("os:replace", BUNDLE)),
    "tiles-folders": _row("killed before the folders of tiles are synced", before(f"{TILES}:_sync_all", "tile")),
    "partials-before": _row("killed with a full tile written, before its partial forms go", before(f"{TILES}:rmtree")),
    "partials-after": _row("killed after the partial forms of one full tile went", after(f"{TILES}:rmtree")),
    "watermark-before": _row(
        "killed after the tiles are durable, before the watermark moves", before(f"{STORE}.set_integrated_size")
    ),
    "watermark-commit": _row("killed at the commit that moves the watermark", committing("UPDATE progress")),
    "watermark-after": _row("killed after the watermark moved", after(f"{STORE}.set_integrated_size")),
}

_CHECKPOINTING = {
    "root-before": _row("killed before the root is derived", before(f"{PUBLISHER}:Publisher._derive_root")),
    "sign-before": _row("killed before the checkpoint is signed", before(f"{PUBLISHER}:sign_note")),
    "sign-after": _row("killed after the checkpoint is signed, before it is kept", after(f"{PUBLISHER}:sign_note")),
    "checkpoint-commit": _row("killed at the commit that keeps the checkpoint", committing("INSERT INTO checkpoints")),
    "checkpoint-kept": _row(
        "killed after the checkpoint is kept, before it is published", after(f"{STORE}.put_checkpoint")
    ),
    "note-half": _row("killed with half of the checkpoint file written", half(f"{TILES}:_write_synced", NOTE)),
    "note-rename-before": _row("killed before the checkpoint is renamed into place", before("os:replace", NOTE)),
    "note-rename-after": _row("killed after the checkpoint is published", after("os:replace", NOTE)),
}

_ANCHORING = {
    "anchor-build": _row("killed before the anchor is built", before(f"{CHAIN}.anchor_transaction")),
    "anchor-signed": _row("killed with the anchor signed and not kept", before(f"{STORE}.put_anchor", SUBMITTED)),
    "anchor-commit": _row("killed at the commit that keeps the anchor", committing("INSERT INTO anchors")),
    "anchor-kept": _row("killed after the anchor is kept, before it is sent", after(f"{STORE}.put_anchor", SUBMITTED)),
    "broadcast-before": _row("killed on the point of sending the anchor", before(f"{NETWORK}.broadcast")),
    "broadcast-after": _row("killed after the anchor is sent, before it is seen mined", after(f"{NETWORK}.broadcast")),
    "mined-before": _row("killed with the anchor seen mined and not kept so", before(f"{STORE}.put_anchor", ANCHORED)),
    "mined-after": _row("killed after the anchor is kept as mined", after(f"{STORE}.put_anchor", ANCHORED)),
    "final-before": _row("killed before the anchor is kept as final", before(f"{STORE}.put_anchor", FINAL)),
    "final-after": _row("killed after the anchor is kept as final", after(f"{STORE}.put_anchor", FINAL)),
    "registry-read": _row("killed while it reads the registry", before("ledger.service.registry:parse_facts")),
}

_DUMPING = {
    "dump-before": _row("killed before the chain is dumped", before("ledger.adapters.devnet:Devnet._keep")),
    "dump-fsync": _row("killed with the dump written and not synced", before("os:fsync", DUMP)),
    "dump-rename": _row("killed before the dump is renamed into place", before("os:replace", DUMP)),
    "dump-unnamed": _row("killed with the dump in place, before it is named", after("os:replace", DUMP)),
    "durable-before": _row("killed before the name of the dump is renamed into place", before("os:replace", DURABLE)),
    "durable-after": _row("killed with the dump named, before the older one goes", after("os:replace", DURABLE)),
}

_CHAIN_ALONE = {
    "chain-idle": _chain_row("the chain dies while events are sequenced", before(f"{STORE}.append_all")),
    "chain-building": _chain_row("the chain dies before the anchor is built", before(f"{CHAIN}.anchor_transaction")),
    "chain-kept": _chain_row("the chain dies between keeping and sending an anchor", before(f"{NETWORK}.broadcast")),
    "chain-sent": _chain_row("the chain dies with the anchor sent", after(f"{NETWORK}.broadcast"), essential=True),
    "chain-mined": _chain_row("the chain dies with the anchor seen mined", before(f"{STORE}.put_anchor", ANCHORED)),
    "chain-anchored": _chain_row(
        "the chain dies with the anchor kept as mined", after(f"{STORE}.put_anchor", ANCHORED)
    ),
    "chain-final": _chain_row(
        "the chain dies before the anchor is kept as final", before(f"{STORE}.put_anchor", FINAL)
    ),
    "chain-dumping": _chain_row("the chain dies while it is dumped", before("ledger.adapters.devnet:Devnet._keep")),
    "chain-dumped": _chain_row("the chain dies with the dump in place and not named", after("os:replace", DUMP)),
    "chain-registry": _chain_row(
        "the chain dies while its registry is read", before("ledger.service.registry:parse_facts")
    ),
    "chain-starting": _chain_row(
        "the chain dies while it starts again after its death",
        after(f"{NETWORK}.broadcast"),
        after("ledger.adapters.devnet:start_anvil"),
    ),
}

_BOTH = {
    "both-sent": _row("both die with the anchor sent", _both(after(f"{NETWORK}.broadcast"))),
    "both-mined": _row("both die with the anchor seen mined", _both(before(f"{STORE}.put_anchor", ANCHORED))),
    "both-anchored": _row("both die with the anchor kept as mined", _both(after(f"{STORE}.put_anchor", ANCHORED))),
    "both-dumping": _row("both die while the chain is dumped", _both(before("os:replace", DUMP))),
    "both-sequenced": _row("both die after the commit that sequences", _both(after(f"{STORE}.append_all"))),
}

_AGAIN = {
    "again-each": Row(
        "killed five times: sequencing, writing a tile, with a head kept, an anchor kept, a dump not named",
        dies_at(
            after(f"{STORE}.append_all"),
            before("os:replace", TILE),
            after(f"{STORE}.put_checkpoint"),
            after(f"{STORE}.put_anchor", SUBMITTED),
            after("os:replace", DUMP),
        ),
        essential=True,
    ),
    "again-tiles": _row(
        "killed after sequencing, and again when it writes the tiles of it",
        after(f"{STORE}.append_all"),
        before(f"{STORE}.set_integrated_size").starting(),
    ),
    "again-checkpoint": _row(
        "killed after sequencing, and again when it publishes the head of it",
        after(f"{STORE}.append_all"),
        after(f"{STORE}.put_checkpoint").starting(),
    ),
    "again-anchor": _row(
        "killed with the anchor sent, and again when it is sent again",
        after(f"{NETWORK}.broadcast"),
        after(f"{STORE}.put_anchor", "AnchorState").starting(),
    ),
    "again-chain": _row(
        "killed with an anchor kept as mined, and again when its chain starts",
        after(f"{STORE}.put_anchor", ANCHORED),
        after("ledger.adapters.devnet:start_anvil").starting(),
    ),
    "again-open": _row(
        "killed twice while it starts",
        before("ledger.bootstrap.chain:open_log").starting(),
        after("ledger.adapters.sql.connection:upgrade").starting(),
    ),
}

_FIRST_START = {
    "first-keys": _row(
        "killed on first start after the log key",
        after("ledger.bootstrap.home:create_log_key").starting(),
        home=Home.NEW,
    ),
    "first-accounts": _row(
        "killed on first start before the accounts are noted",
        before("ledger.bootstrap.home:write_private", "accounts").starting(),
        home=Home.NEW,
    ),
    "first-chain": _row(
        "killed on first start before the first dump",
        before("ledger.adapters.devnet_state:DevnetFolder.keep").starting(),
        home=Home.NEW,
    ),
    "first-one": _row(
        "killed between the two contracts", after("ledger.service.deploy:_create").starting(), home=Home.NEW
    ),
    "first-both": _row(
        "killed after both contracts, before they are noted",
        before("ledger.bootstrap.chain:write_private", "deployment").starting(),
        home=Home.NEW,
    ),
    "first-log": _row(
        "killed after the log is opened on chain, before that is dumped",
        after("ledger.bootstrap.chain:open_log").starting(),
        home=Home.NEW,
    ),
}

_MIGRATING = {
    "schema-before": _row(
        "killed before the schema is made",
        before("ledger.adapters.sql.connection:upgrade").starting(),
        home=Home.UNMADE,
    ),
    "schema-one": _row("killed after the first statement of the schema", executed(DDL).starting(), home=Home.UNMADE),
    "schema-ten": _row(
        "killed after the tenth statement of the schema", executed(DDL, 10).starting(), home=Home.UNMADE
    ),
    "schema-version": _row(
        "killed with the version of the schema written", executed(VERSION).starting(), home=Home.UNMADE
    ),
    "schema-commit": _row("killed at the commit of the schema", committing(VERSION).starting(), home=Home.UNMADE),
    "schema-after": _row(
        "killed after the commit of the schema",
        after("ledger.adapters.sql.connection:Database.__init__").starting(),
        home=Home.UNMADE,
    ),
    "upgrade-one": _row(
        "killed after the first statement of a later schema", executed(DDL).starting(), home=Home.OLDER
    ),
    "upgrade-version": _row(
        "killed with a later version of the schema written", executed(VERSION).starting(), home=Home.OLDER
    ),
    "upgrade-commit": _row("killed at the commit of a later schema", committing(VERSION).starting(), home=Home.OLDER),
}

_RANDOM = {
    "random": Row("killed at any moment", provoke.dies_at_random()),
    "random-thrice": Row("killed at any moment, three times", provoke.dies_at_random(3)),
    "random-start": Row("killed at any moment of its start, three times", provoke.dies_while_starting_at_random(3)),
    "random-first": Row(
        "killed at any moment of its first start, three times", provoke.dies_while_starting_at_random(3), Home.NEW
    ),
}

_FULL_DISK = {
    "disk-full": Row("no file can grow while events come in", provoke.disk_full(), essential=True),
    "disk-small": Row("no file can grow beyond 64 KB while events come in", provoke.disk_full(65_536)),
    "disk-traffic": Row("the disk is full at any moment, three times", provoke.disk_full_under_traffic()),
    "disk-chain": Row("the chain's dumps do not fit on the disk", provoke.chain_disk_full),
    "disk-start": Row("the disk is full when it starts", provoke.disk_full_while_starting),
    "disk-first": Row("the disk is full when it starts for the first time", provoke.disk_full_while_starting, Home.NEW),
    "database-full": Row("the database may not have another page", provoke.database_full),
}

_CLOCK = {
    "clock-back": Row("the clock is turned back by six hours", provoke.clock_turned(-6), essential=True),
    "clock-forward": Row("the clock is turned forward by six hours, and back", provoke.clock_turned(6, 0)),
    "clock-both": Row(
        "the clock is turned forward and back by hours, again and again", provoke.clock_turned(3, -3, 2, 0)
    ),
    "clock-restart-back": Row(
        "killed, and started with a clock six hours slow", provoke.clock_turned_across_restart(0, -6)
    ),
    "clock-restart-forward": Row(
        "killed, and started with a clock six hours fast; and again with a right one",
        provoke.clock_turned_across_restart(6, 0),
    ),
}

ROWS: Mapping[str, Row] = {
    **_SEQUENCING,
    **_INTEGRATING,
    **_CHECKPOINTING,
    **_ANCHORING,
    **_DUMPING,
    **_CHAIN_ALONE,
    **_BOTH,
    **_AGAIN,
    **_FIRST_START,
    **_MIGRATING,
    **_RANDOM,
    **_FULL_DISK,
    **_CLOCK,
}

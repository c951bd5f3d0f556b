/** The trust root, docs/spec.md §9.1: read whole and refused where it contradicts itself. */
import { concat, sha256, toHex } from "./bytes.js";
import { parseFact } from "./facts.js";
import * as fields from "./fields.js";
import { MIB, jcs, parseJson } from "./json.js";
import { parseVerifierKey } from "./note.js";
import { Parties } from "./parties.js";
import { below, demand } from "./refusal.js";
import { logId } from "./statement.js";

const FORMAT = "tradeledger-trust-root/1";
const MEMBERS = [
  "format",
  "chain",
  "contracts",
  "logs",
  "facts",
  "asOf",
  "issuedAt",
  "staleAfter",
  "expiresAt",
  "hash",
];
const LOG_MEMBERS = ["logId", "origin", "key", "owner", "successor", "headsComplete", "heads"];

/** Return the trust root that a file states; refuse a damaged one. */
export function parseTrustRoot(bytes) {
  const file = fields.closed(parseJson(bytes, 64 * MIB), "", MEMBERS);
  fields.oneOf(file.format, "/format", [FORMAT]);
  demandHash(file);
  const chain = parseChain(file.chain);
  const contracts = fields.closed(
    file.contracts,
    "/contracts",
    ["partyRegistry", "checkpointRegistry"],
    ["custodyLedger"],
  );
  const registry = parseContract(contracts.partyRegistry, "/contracts/partyRegistry");
  const checkpointRegistry = parseContract(contracts.checkpointRegistry, "/contracts/checkpointRegistry");
  const hasLedger = "custodyLedger" in contracts;
  const ledger = hasLedger ? parseContract(contracts.custodyLedger, "/contracts/custodyLedger") : null;
  const asOf = parseAsOf(file.asOf);
  const logs = fields.array(file.logs, "/logs", (log, pointer) =>
    parseLog(log, pointer, chain, checkpointRegistry, asOf),
  );
  demand(new Set(logs.map(({ logId }) => logId)).size === logs.length, "log-twice", { pointer: "/logs" });
  const facts = fields.array(file.facts, "/facts", parseFact);
  demand(facts.length > 0, "no-facts", { pointer: "/facts", expected: "the facts of the registry, one at least" });
  demand(facts.length > 0, "no-facts", { pointer: "/facts" });
  demandOrder(facts, asOf, "/facts");
  const dates = ["issuedAt", "staleAfter", "expiresAt"].map((name) => fields.date(file[name], `/${name}`));
  const [issuedAt, staleAfter, expiresAt] = dates;
  demand(issuedAt <= staleAfter && staleAfter <= expiresAt, "dates-out-of-order", { pointer: "/staleAfter" });
  return {
    chain,
    registry,
    ledger,
    logs,
    parties: new Parties(facts),
    asOf,
    issuedAt,
    staleAfter,
    expiresAt,
    hash: file.hash,
  };
}

function demandHash(file) {
  const rest = Object.fromEntries(Object.entries(file).filter(([name]) => name !== "hash"));
  const hash = toHex(sha256(concat("tradeledger/trust-root/1", jcs(rest))));
  demand(fields.id(file.hash, "/hash") === hash, "trust-root-hash", {
    pointer: "/hash",
    expected: hash,
    found: file.hash,
  });
}

function parseChain(value) {
  const chain = fields.closed(value, "/chain", ["chainId", "genesisHash", "development"]);
  fields.id(chain.genesisHash, "/chain/genesisHash");
  return {
    chainId: fields.integer(chain.chainId, "/chain/chainId", 1),
    development: fields.boolean(chain.development, "/chain/development"),
  };
}

function parseContract(value, pointer) {
  const contract = fields.closed(value, pointer, ["address", "codeHash"]);
  fields.id(contract.codeHash, below(pointer, "codeHash"));
  return fields.address(contract.address, below(pointer, "address"));
}

function parseAsOf(value) {
  const asOf = fields.closed(value, "/asOf", ["block", "blockHash", "time", "finality"]);
  fields.id(asOf.blockHash, "/asOf/blockHash");
  fields.string(asOf.finality, "/asOf/finality");
  return { block: fields.integer(asOf.block, "/asOf/block"), time: fields.time(asOf.time, "/asOf/time") };
}

function parseLog(value, pointer, { chainId }, registry, asOf) {
  const log = fields.closed(value, pointer, LOG_MEMBERS);
  const inside = (name) => below(pointer, name);
  const origin = fields.string(log.origin, inside("origin"));
  const key = parseVerifierKey(fields.string(log.key, inside("key")));
  demand(key.name === origin, "log-key-name", { pointer: inside("key"), expected: origin, found: key.name });
  const owner = fields.address(log.owner, inside("owner"));
  const id = logId({ chainId, registry, owner, origin, key: key.key });
  demand(fields.id(log.logId, inside("logId")) === id, "log-id", {
    pointer: inside("logId"),
    expected: id,
    found: log.logId,
  });
  const heads = fields.array(log.heads, inside("heads"), parseHead);
  demandOrder(heads, asOf, inside("heads"));
  const ascending = heads.every(({ treeSize }, i) => i === 0 || heads[i - 1].treeSize < treeSize);
  demand(ascending, "heads-out-of-order", { pointer: inside("heads"), expected: "ascending tree sizes" });
  return {
    logId: id,
    origin,
    key,
    successor: log.successor === null ? null : fields.id(log.successor, inside("successor")),
    headsComplete: fields.boolean(log.headsComplete, inside("headsComplete")),
    heads,
  };
}

function parseHead(value, pointer) {
  const [treeSize, root, block, time, ...more] = fields.array(value, pointer, (element) => element);
  demand(more.length === 0, "head-form", { pointer, expected: "size, root, block and time" });
  return {
    treeSize: BigInt(fields.integer(treeSize, below(pointer, 0), 1)),
    rootHash: fields.root(root, below(pointer, 1)),
    block: fields.integer(block, below(pointer, 2)),
    time: fields.integer(time, below(pointer, 3)),
  };
}

function demandOrder(entries, asOf, pointer) {
  [...entries, asOf].reduce(
    (before, entry) => {
      const ascending = before.block <= entry.block && before.time <= entry.time;
      demand(ascending, "out-of-order", { pointer, expected: "blocks and times that ascend up to asOf" });
      return entry;
    },
    { block: 0, time: 0 },
  );
}

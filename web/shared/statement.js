/** The statement (docs/spec.md §4), its EIP-712 hash, the address that signed it, and the record that the log holds of it (§5, §6). */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concat, fromHex, keccak256, sha256, toBigInt, toHex, uintBe, utf8 } from "./bytes.js";
import * as fields from "./fields.js";
import { below, demand } from "./refusal.js";

export const OPENING = ["open consignment", "split consignment", "merge consignments", "transform goods"];
export const MOVING =
  "offer handover,accept handover,refuse handover,withdraw offer,report loss,report destruction,end consignment".split(
    ",",
  );
export const ACTS = ["record event", "declare error", ...OPENING, ...MOVING, "erase data"];
export const CUSTODY_ROLES = "manufacturer seller buyer platform carrier declarant warehouse".split(" ");
export const ROLES =
  "manufacturer seller buyer platform psp carrier declarant warehouse assessor customs tax arbiter auditor".split(" ");
export const ZERO = `0x${"00".repeat(32)}`;

const LATER = ["subject", "previous", "terms"];
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const TYPE =
  "Statement(string act,bytes32 party,string role,string jurisdiction,bytes32 eventDigest,bytes32 logId," +
  "bytes32 subject,bytes32 previous,bytes32 terms,uint64 signedAt)";
const hashText = (text) => keccak256(utf8(text));
const [DOMAIN_TYPE_HASH, TYPE_HASH, NAME_HASH, VERSION_HASH] = [DOMAIN_TYPE, TYPE, "Trade Ledger", "1"].map(hashText);
const { n: ORDER } = secp256k1.Point.CURVE();

/** Return the statement that its JSON form states, with `subject`, `previous` and `terms` written out. */
export function parseStatement(value, pointer) {
  const names = ["act", "party", "role", "jurisdiction", "eventDigest", "logId", "signedAt"];
  const found = fields.closed(value, pointer, names, LATER);
  const inside = (name) => below(pointer, name);
  const later = LATER.map((name) => {
    demand(found[name] !== ZERO, "zero-spelt-out", { pointer: inside(name), expected: "no member for zero" });
    return [name, name in found ? fields.id(found[name], inside(name)) : ZERO];
  });
  return {
    act: fields.oneOf(found.act, inside("act"), ACTS),
    party: fields.id(found.party, inside("party")),
    role: fields.oneOf(found.role, inside("role"), ROLES),
    jurisdiction: fields.jurisdiction(found.jurisdiction, inside("jurisdiction")),
    eventDigest: fields.id(found.eventDigest, inside("eventDigest")),
    logId: fields.id(found.logId, inside("logId")),
    ...Object.fromEntries(later),
    signedAt: fields.integer(found.signedAt, inside("signedAt")),
  };
}

/** Return the EIP-712 signing digest of a statement in the domain of the party registry. */
export function statementHash(statement, { chainId, verifyingContract }) {
  const domain = keccak256(
    concat(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, uintBe(chainId, 32), word(fromHex(verifyingContract))),
  );
  const struct = keccak256(
    concat(
      TYPE_HASH,
      hashText(statement.act),
      fromHex(statement.party),
      hashText(statement.role),
      hashText(statement.jurisdiction),
      ...["eventDigest", "logId", ...LATER].map((name) => fromHex(statement[name])),
      uintBe(statement.signedAt, 32),
    ),
  );
  return keccak256(concat(Uint8Array.of(0x19, 0x01), domain, struct));
}

const word = (bytes) => concat(new Uint8Array(32 - bytes.length), bytes);

/** Return the address whose key made the signature of 65 bytes (§4); refuse one that is not canonical. */
export function recoverAddress(hash, signature) {
  demand(signature.length === 65, "signature-length", { expected: "65 bytes", found: `${signature.length}` });
  const v = signature[64];
  demand(v === 27 || v === 28, "signature-v", { expected: "v of 27 or 28", found: `${v}` });
  const [r, s] = [toBigInt(signature.slice(0, 32)), toBigInt(signature.slice(32, 64))];
  demand(r > 0n && r < ORDER && s > 0n, "signature-range", { expected: "r and s in their range" });
  demand(s <= ORDER / 2n, "signature-high-s", { expected: "s in the lower half" });
  return addressOf(recoverPoint(hash, r, s, v - 27));
}

function recoverPoint(hash, r, s, recovery) {
  try {
    return new secp256k1.Signature(r, s, recovery).recoverPublicKey(hash);
  } catch {
    demand(false, "signature-no-key", { expected: "a signature that recovers to a key" });
  }
}

const addressOf = (point) => toHex(keccak256(point.toBytes(false).slice(1)).slice(12));

/** Return the record of a signed statement (§5). */
export const statementRecord = (hash, signature) =>
  sha256(concat("tradeledger/record/statement/1", hash, sha256(signature)));

/** Return the record of a closed predecessor's head (§5). */
export const predecessorRecord = (logId, treeSize, rootHash) =>
  sha256(concat("tradeledger/record/predecessor/1", logId, uintBe(treeSize, 8), rootHash));

/** Return the id of a log (§6): keccak256 over the ABI encoding of what makes it this log. */
export function logId({ chainId, registry, owner, origin, key }) {
  const text = utf8(origin);
  const padded = concat(text, new Uint8Array((32 - (text.length % 32)) % 32));
  const head = [uintBe(chainId, 32), word(fromHex(registry)), word(fromHex(owner)), uintBe(5 * 32, 32), key];
  return toHex(keccak256(concat(...head, uintBe(text.length, 32), padded)));
}

/** Broken promises, docs/spec.md §6.2: whether a small file shows that a log broke one. */
import { equal, toHex } from "./bytes.js";
import { dateError } from "./checks.js";
import * as fields from "./fields.js";
import { MIB, parseJson } from "./json.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { noteText, parseCheckpoint, parsePromise, verifyNote } from "./note.js";
import { Refusal, demand } from "./refusal.js";
import { readTrustRoot } from "./verify.js";

const COMMON = ["format", "kind", "promise"];
const KINDS = {
  "other-record": [...COMMON, "checkpoint", "record", "inclusionProof"],
  "not-anchored": COMMON,
};

/** Return `{ outcome, code, … }`, the outcome `broken`, `not-shown` or `could-not-check`. */
export function verifyBreach(breachBytes, trustRootBytes, now) {
  const { root, rootFault } = readTrustRoot(trustRootBytes);
  if (root === null) return { outcome: "could-not-check", ...rootFault };
  const late = dateError(root, now);
  if (late !== null) return { ...late, outcome: "could-not-check" };
  try {
    return judge(parseBreach(breachBytes), root);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { code, pointer, expected, found } = refusal;
    return { outcome: "not-shown", code, pointer, expected, found };
  }
}

function parseBreach(bytes) {
  const file = fields.object(parseJson(bytes, 8 * MIB), "");
  fields.oneOf(file.format, "/format", ["tradeledger-breach/1"]);
  const kind = fields.oneOf(file.kind, "/kind", Object.keys(KINDS));
  fields.closed(file, "", KINDS[kind]);
  const note = fields.string(file.promise, "/promise");
  const breach = { kind, note, promise: parsePromise(noteText(note)) };
  if (kind === "not-anchored") return breach;
  const head = fields.string(file.checkpoint, "/checkpoint");
  return {
    ...breach,
    head,
    checkpoint: parseCheckpoint(noteText(head)),
    record: fields.base64(file.record, "/record", 32),
    inclusionProof: fields.proof(file.inclusionProof, "/inclusionProof"),
  };
}

function judge(breach, root) {
  const log = root.logs.find(({ logId }) => logId === toHex(breach.promise.logId));
  if (log === undefined) return { outcome: "could-not-check", code: "log-unknown" };
  demand(breach.promise.origin === log.origin, "other-origin", { expected: log.origin, found: breach.promise.origin });
  verifyNote(breach.note, log.key);
  return breach.kind === "other-record" ? otherRecord(breach, log) : notAnchored(breach.promise, log, root.asOf);
}

function otherRecord({ promise, head, checkpoint, record, inclusionProof }, log) {
  demand(checkpoint.origin === log.origin, "other-origin", { expected: log.origin, found: checkpoint.origin });
  verifyNote(head, log.key);
  verifyInclusion(promise.leafIndex, checkpoint.treeSize, leafHash(record), inclusionProof, checkpoint.rootHash);
  const kept = equal(record, promise.record);
  return kept ? { outcome: "not-shown", code: "promise-kept" } : { outcome: "broken", code: "other-record" };
}

function notAnchored({ leafIndex, deadline }, log, asOf) {
  if (log.heads.some(({ treeSize, time }) => treeSize > leafIndex && BigInt(time) <= deadline)) {
    return { outcome: "not-shown", code: "promise-kept" };
  }
  if (BigInt(asOf.time) <= deadline) return { outcome: "could-not-check", code: "trust-root-too-old" };
  if (!log.headsComplete) return { outcome: "could-not-check", code: "heads-incomplete" };
  return { outcome: "broken", code: "not-anchored" };
}

/** The receipt file, docs/spec.md §9.2: its form, before anything in it is believed. */
import * as fields from "./fields.js";
import { MIB, parseJson } from "./json.js";
import { noteText, parseCheckpoint } from "./note.js";
import { Refusal, demand } from "./refusal.js";
import { parseStatement } from "./statement.js";

const FORMAT = "tradeledger-receipt/1";
const COMMON = [
  ...["format", "domain", "statement", "signature"],
  ...["leafIndex", "inclusionProof", "checkpoint", "anchor"],
];

/** Return what a receipt states; refuse a file of another form. */
export function parseReceipt(bytes) {
  const file = fields.object(parseJson(bytes, 8 * MIB), "");
  demandFormat(file.format);
  const values = ["event", "seed", "view"].filter((name) => name in file);
  demand(["", "event,seed", "view"].includes(values.join()), "receipt-values", {
    expected: "event with seed, view, or neither",
  });
  fields.closed(file, "", [...COMMON, ...values]);
  const domain = fields.closed(file.domain, "/domain", ["chainId", "verifyingContract"]);
  fields.integer(domain.chainId, "/domain/chainId", 1);
  fields.address(domain.verifyingContract, "/domain/verifyingContract");
  const note = fields.string(file.checkpoint, "/checkpoint");
  return {
    domain,
    event: "event" in file ? fields.object(file.event, "/event") : null,
    seed: "seed" in file ? fields.hexBytes(file.seed, "/seed", 32) : null,
    view: "view" in file ? fields.object(file.view, "/view") : null,
    statement: parseStatement(file.statement, "/statement"),
    signature: fields.hexBytes(file.signature, "/signature"),
    leafIndex: BigInt(fields.integer(file.leafIndex, "/leafIndex")),
    inclusionProof: fields.proof(file.inclusionProof, "/inclusionProof"),
    note,
    checkpoint: parseCheckpoint(noteText(note)),
    anchor: file.anchor === null ? null : parseAnchor(file.anchor),
  };
}

/** A later version of the format may be sound: it could not be checked, which is no fault of the receipt. */
function demandFormat(format) {
  if (format === FORMAT) return;
  const later = typeof format === "string" && /^tradeledger-receipt\/[1-9][0-9]*$/.test(format);
  throw new Refusal(later ? "later-format" : "unknown-format", { pointer: "/format", expected: FORMAT });
}

function parseAnchor(value) {
  const names = ["treeSize", "rootHash", "block", "time", "transaction", "consistencyProof"];
  const anchor = fields.closed(value, "/anchor", names);
  fields.id(anchor.transaction, "/anchor/transaction");
  return {
    treeSize: BigInt(fields.integer(anchor.treeSize, "/anchor/treeSize", 1)),
    rootHash: fields.base64(anchor.rootHash, "/anchor/rootHash", 32),
    block: fields.integer(anchor.block, "/anchor/block"),
    time: fields.time(anchor.time, "/anchor/time"),
    consistencyProof: fields.proof(anchor.consistencyProof, "/anchor/consistencyProof"),
  };
}

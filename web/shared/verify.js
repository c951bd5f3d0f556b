/** Verification of a receipt against a trust root, docs/spec.md §10: bytes and a time in, a verdict out. Opens nothing, asks no clock. */
import * as checks from "./checks.js";
import { parseReceipt } from "./receipt.js";
import { Refusal } from "./refusal.js";
import { parseTrustRoot } from "./trust-root.js";

/** The checks in order, and those that each rests on. */
const STEPS = [
  ["receipt-form", [], (it) => receiptForm(it)],
  ["trust-root", ["receipt-form"], checks.trustRoot],
  ["event-digest", ["receipt-form"], checks.digest],
  ["event-form", ["event-digest"], checks.eventForm],
  ["statement", ["receipt-form"], checks.statement],
  ["signature", ["receipt-form"], checks.signature],
  ["inclusion", ["receipt-form"], checks.inclusion],
  ["checkpoint", ["trust-root"], checks.checkpoint],
  ["anchor", ["trust-root", "inclusion", "checkpoint"], checks.anchor],
  ["signer", ["signature", "anchor"], checks.signer],
  ["identifiers", ["event-form", "anchor"], checks.identifiers],
  ["custodian", ["signer"], checks.custodian],
  ["correction", ["event-form"], checks.correction],
];
export const CHECKS = STEPS.map(([id]) => id);

const EVIDENCE = CHECKS.filter(
  (id) => !["trust-root", "signer", "identifiers", "custodian", "correction"].includes(id),
);

/**
 * Return what the checks come to for a receipt at `now`, the verifier's clock in seconds since 1970:
 * `{ outcome, accepted, checks: [{ number, id, status, code, … }], warnings, deviations, custodian }`.
 * `accepted` is false for a receipt that is not final where final is required.
 */
export function verify(receiptBytes, trustRootBytes, now, { requireFinal = false } = {}) {
  return verifyWith(readTrustRoot(trustRootBytes), receiptBytes, now, { requireFinal });
}

/** Return a trust root, or why it is damaged, for `verifyWith`: read once where many receipts are verified. */
export function readTrustRoot(bytes) {
  try {
    return { root: parseTrustRoot(bytes), rootFault: null };
  } catch (thrown) {
    return { root: null, rootFault: refusalOf(thrown) };
  }
}

export function verifyWith(trusted, receiptBytes, now, { requireFinal = false } = {}) {
  const it = {
    ...trusted,
    receiptBytes,
    now,
    event: null,
    warnings: [],
    deviations: [],
    custodian: null,
    findings: {},
  };
  for (const [id, needs, run] of STEPS) it.findings[id] = find(it, needs, run);
  const outcome = fold(it.findings);
  const accepted = outcome === "verified" || (outcome === "not-final" && !requireFinal);
  const listed = CHECKS.map((id, index) => ({ number: index + 1, id, ...it.findings[id] }));
  return {
    outcome,
    accepted,
    checks: listed,
    warnings: it.warnings,
    deviations: it.deviations,
    custodian: it.custodian,
  };
}

function find(it, needs, run) {
  const broken = needs.find((id) => isBroken(it.findings[id]));
  if (broken !== undefined) return { ...checks.skipped("rests-on", { found: broken }), broken: true };
  try {
    return run(it);
  } catch (thrown) {
    const { code, ...details } = refusalOf(thrown);
    return checks.invalid(code, details);
  }
}

const isBroken = ({ status, broken }) => status === "INVALID" || status === "ERROR" || broken === true;

function refusalOf(thrown) {
  if (!(thrown instanceof Refusal)) throw thrown; // a fault of this software is never a verdict
  const { code, pointer, expected, found } = thrown;
  return { code, pointer, expected, found };
}

function receiptForm(it) {
  try {
    it.receipt = parseReceipt(it.receiptBytes);
  } catch (thrown) {
    const { code, ...details } = refusalOf(thrown);
    return code === "later-format" ? checks.error(code, details) : checks.invalid(code, details);
  }
  return checks.valid();
}

/** Return the verdict: the first line of the list of §10 that applies. */
function fold(findings) {
  const is = (id, status) => findings[id].status === status;
  if (EVIDENCE.some((id) => is(id, "INVALID"))) return "mismatch";
  if (CHECKS.some((id) => is(id, "ERROR"))) return "could-not-check";
  if (is("signer", "INVALID") || is("identifiers", "INVALID")) return "signer-unknown";
  if (is("correction", "INVALID")) return "withdrawn";
  return is("anchor", "SKIPPED") ? "not-final" : "verified";
}

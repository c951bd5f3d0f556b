/** The thirteen checks of docs/spec.md §10, each a function of the case so far: it returns a finding, or throws a refusal, which reads INVALID. */
import { equal } from "./bytes.js";
import { HIDDEN, eventLeaves, parseView, shownEvent, viewLeaves } from "./disclosure.js";
import { newIdentifiers } from "./epcis/brought-into-being.js";
import { checkEventForm } from "./epcis/event-form.js";
import { lookupDigits } from "./epcis/identifiers.js";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle.js";
import { verifyNote } from "./note.js";
import { demand, Refusal } from "./refusal.js";
import { CUSTODY_ROLES, MOVING, OPENING, ZERO, recoverAddress, statementHash, statementRecord } from "./statement.js";
import { TERMS, demandCommitments, hasTerms, subjectOf, termsHash } from "./terms.js";

const CLOCK_SKEW = 300;
const MAX_SUCCESSIONS = 8;

export const valid = (code = "sound", details = {}) => ({ status: "VALID", code, ...details });
export const invalid = (code, details = {}) => ({ status: "INVALID", code, ...details });
export const error = (code, details = {}) => ({ status: "ERROR", code, ...details });
export const skipped = (code, details = {}) => ({ status: "SKIPPED", code, ...details });

/** Return ERROR where, by the verifier's clock, the trust root has expired or was not made yet; else null. */
export function dateError({ issuedAt, expiresAt }, now) {
  if (now > expiresAt) return error("trust-root-expired", { expected: `a clock up to ${expiresAt}`, found: `${now}` });
  if (now < issuedAt - CLOCK_SKEW)
    return error("clock-before-trust-root", { expected: `a clock from ${issuedAt}`, found: `${now}` });
  return null;
}

/** Check 2, and which log of the trust root the receipt's is. */
export function trustRoot(it) {
  const { receipt, root } = it;
  if (root === null) return error("trust-root-damaged", it.rootFault);
  const late = dateError(root, it.now);
  if (late !== null) return late;
  const { chainId, verifyingContract } = receipt.domain;
  if (chainId !== root.chain.chainId)
    return error("other-chain", { expected: `${root.chain.chainId}`, found: `${chainId}` });
  if (verifyingContract !== root.registry)
    return error("other-registry", { expected: root.registry, found: verifyingContract });
  it.log = receiptsLog(it);
  if (it.log === null) return error("log-unknown", { expected: "a log of the trust root that the statement leads to" });
  if (it.now > root.staleAfter) it.warnings.push("stale");
  return valid();
}

function receiptsLog({ receipt, root }) {
  const reached = successors(root.logs, receipt.statement.logId);
  const named = reached.filter(({ origin }) => origin === receipt.checkpoint.origin);
  const signed = (log) => isSignedBy(receipt.note, log);
  return (named.length > 1 ? named.find(signed) : undefined) ?? named[0] ?? reached.find(signed) ?? null;
}

/** Return the logs that a statement's log id leads to: itself, and at most eight successors. */
function successors(logs, id) {
  const reached = [];
  for (let next = id; reached.length <= MAX_SUCCESSIONS; next = reached.at(-1).successor) {
    const log = logs.find(({ logId }) => logId === next);
    if (log === undefined) break;
    reached.push(log);
  }
  return reached;
}

function isSignedBy(note, { key }) {
  try {
    verifyNote(note, key);
    return true;
  } catch (refusal) {
    if (refusal instanceof Refusal) return false;
    throw refusal;
  }
}

/** Check 3. */
export function digest(it) {
  const { receipt } = it;
  const expected = receipt.statement.eventDigest;
  if (receipt.event !== null) {
    it.leaves = eventLeaves(receipt.event, receipt.seed);
    it.event = receipt.event;
  } else if (receipt.view !== null) {
    const view = parseView(receipt.view);
    it.leaves = viewLeaves(view);
    it.event = shownEvent(view);
  } else {
    return skipped("no-values");
  }
  const found = it.leaves.digest;
  return found === expected ? valid() : invalid("other-digest", { expected, found });
}

/** Check 4. */
export function eventForm(it) {
  if (it.event === null) return skipped("no-values");
  it.deviations = checkEventForm(it.event);
  if (it.deviations.length > 0) it.warnings.push("deviation");
  return valid();
}

const declaresError = ({ event }) => event !== null && "errorDeclaration" in event;

/** Check 5. */
export function statement(it) {
  const { statement: said } = it.receipt;
  const ledger = it.root?.ledger ?? null;
  if (OPENING.includes(said.act) && ledger === null) return error("ledger-unknown");
  const isShown = it.findings["event-digest"].status === "VALID";
  if (isShown && (said.act === "declare error") !== declaresError(it)) return invalid("act-unfit", { found: said.act });
  demandPlaces(said, ledger);
  if (!isShown) return valid("act-not-compared");
  return hasTerms(said.act) ? terms(it, said) : valid();
}

/** Refuse a statement whose subject, previous and terms are not those of its act (§4.2). */
function demandPlaces(said, ledger) {
  const demandZero = (name) =>
    demand(said[name] === ZERO, "statement-not-zero", { pointer: `/statement/${name}`, found: said[name] });
  if (!hasTerms(said.act)) demandZero("terms");
  const isOpening = OPENING.includes(said.act);
  if (isOpening || MOVING.includes(said.act))
    demand(CUSTODY_ROLES.includes(said.role), "role-unfit", { pointer: "/statement/role", found: said.role });
  if (isOpening) {
    demandZero("previous");
    const expected = subjectOf(ledger, said.party, said.eventDigest);
    demand(said.subject === expected, "subject", { pointer: "/statement/subject", expected, found: said.subject });
  } else if (MOVING.includes(said.act)) {
    for (const name of ["subject", "previous"])
      demand(said[name] !== ZERO, "statement-zero", { pointer: `/statement/${name}` });
  } else {
    for (const name of ["subject", "previous"]) demandZero(name);
  }
}

function terms({ event, leaves }, said) {
  demand(TERMS in event, "terms-missing", { pointer: "/event", expected: "the terms of this act" });
  if (event[TERMS] === HIDDEN) return valid("terms-hidden");
  const found = termsHash(said.act, event[TERMS], "/event/terms");
  demand(found === said.terms, "terms", { pointer: "/statement/terms", expected: found, found: said.terms });
  demandCommitments(event[TERMS], leaves);
  return valid();
}

/** Check 6. */
export function signature(it) {
  it.key = recoverAddress(statementHash(it.receipt.statement, it.receipt.domain), it.receipt.signature);
  return valid();
}

/** Check 7. */
export function inclusion({ receipt }) {
  const record = statementRecord(statementHash(receipt.statement, receipt.domain), receipt.signature);
  const { treeSize, rootHash } = receipt.checkpoint;
  verifyInclusion(receipt.leafIndex, treeSize, leafHash(record), receipt.inclusionProof, rootHash);
  return valid();
}

/** Check 8. */
export function checkpoint({ receipt, log }) {
  const found = receipt.checkpoint.origin;
  if (found !== log.origin) return invalid("other-origin", { expected: log.origin, found });
  verifyNote(receipt.note, log.key);
  return valid();
}

/** Check 9, and with it the head that keys are judged at. */
export function anchor(it) {
  const { receipt, log } = it;
  const finding = judgeAnchor(receipt, log);
  if (finding.status === "VALID") it.head = log.heads.find(({ treeSize }) => treeSize > receipt.leafIndex);
  return finding;
}

function judgeAnchor({ checkpoint, anchor }, { heads, headsComplete }) {
  const listed = (size) => heads.find(({ treeSize }) => treeSize === size);
  const own = listed(checkpoint.treeSize);
  if (own !== undefined && !equal(own.rootHash, checkpoint.rootHash)) return invalid("fork");
  if (anchor === null) return own === undefined ? skipped("not-anchored") : valid();
  verifyConsistency(
    ...[checkpoint.treeSize, anchor.treeSize, anchor.consistencyProof],
    ...[checkpoint.rootHash, anchor.rootHash],
  );
  const named = listed(anchor.treeSize);
  if (named !== undefined && !equal(named.rootHash, anchor.rootHash)) return invalid("head-with-another-root");
  if (own !== undefined && own !== named) return valid();
  if (named !== undefined) {
    const same = named.block === anchor.block && named.time === anchor.time;
    return same
      ? valid()
      : skipped("head-elsewhere", { expected: `block ${named.block}`, found: `block ${anchor.block}` });
  }
  const newest = heads.at(-1)?.treeSize ?? 0n;
  if (anchor.treeSize > newest) return skipped("newer-than-trust-root");
  return headsComplete ? skipped("head-dropped") : error("head-not-listed");
}

/** Check 10. */
export function signer(it) {
  const { root, key, receipt } = it;
  const { party, role, jurisdiction } = receipt.statement;
  const at = it.head ?? root.asOf;
  const found = `not shown before ${new Date(at.time * 1000).toISOString()}`;
  const known = root.parties.standing(party, at.block);
  if (known === null) return invalid("party-not-accredited", { expected: party, found });
  it.signingKey = root.parties.goodKey(key, party, at);
  if (it.signingKey === null) return invalid("key-not-good", { expected: key, found });
  const held = root.parties.holdsRole(receipt.statement, at);
  if (!held) return invalid("role-not-held", { expected: `${role} in ${jurisdiction}`, found });
  if (it.signingKey.compromised) it.warnings.push("compromised");
  return valid("known", { found: known.name });
}

/** Check 11. */
export function identifiers(it) {
  if (it.event === null) return skipped("no-values");
  const all = newIdentifiers(it.event);
  const shown = all.filter((identifier) => identifier !== HIDDEN);
  if (all.length > 0 && shown.length === 0) return skipped("identifiers-hidden");
  const { block } = it.head ?? it.root.asOf;
  for (const identifier of shown) {
    const digits = lookupDigits(identifier);
    const claim = digits === null ? undefined : it.root.parties.foreignClaim(digits, it.receipt.statement.party, block);
    if (claim !== undefined) return invalid("foreign-prefix", { found: identifier });
  }
  return valid();
}

/** Check 12. */
export function custodian(it) {
  const id = it.signingKey.custodian;
  if (id === ZERO) return valid("self");
  it.custodian = it.root.parties.nameOf(id);
  return valid("custodian", { found: it.custodian });
}

/** Check 13. */
export function correction(it) {
  const declared = declaresError(it) || it.receipt.statement.act === "declare error";
  return declared ? invalid("declares-error") : valid();
}
